import { createReferenceDevice } from "@beyond24/cpu";
import { checkGradients, tensorOf } from "./_testing.ts";
import { attention } from "./attention.ts";
import { linear } from "./linear.ts";
import { rope } from "./rope.ts";

Deno.test("attention and rope: gradients equal difference quotients with grouped queries", async () => {
  const angles = [0, 0, 1, 0.3, 2, 0.6]; // three positions, two frequencies
  const device = createReferenceDevice();
  const cosines = tensorOf(device, [3, 2], Float32Array.from(angles, Math.cos));
  const sines = tensorOf(device, [3, 2], Float32Array.from(angles, Math.sin));
  const shape = { sequences: 2, sequenceLength: 3, heads: 2, keyValueHeads: 1, headDim: 4 };
  await checkGradients({
    inputs: [[6, 5]],
    parameters: [[8, 5], [4, 5], [4, 5]],
    run: (tape, [x], [query, key, value]) => {
      if (x === undefined || query === undefined || key === undefined || value === undefined) {
        throw new Error("missing");
      }
      const q = linear(tape, x, query);
      const k = linear(tape, x, key);
      rope(tape, q, 2, { cosines, sines });
      rope(tape, k, 1, { cosines, sines });
      return attention(tape, q, k, linear(tape, x, value), shape);
    },
  });
});
