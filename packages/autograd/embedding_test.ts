import { createReferenceDevice } from "@beyond24/cpu";
import { checkGradients } from "./_testing.ts";
import { embedding } from "./embedding.ts";

Deno.test("embedding: gradients equal difference quotients; unused rows are zero, repeated ones add up", async () => {
  const device = createReferenceDevice();
  const tokens = device.tensor([4], "i32");
  device.write(tokens, new Int32Array([2, 0, 2, 4]));
  await checkGradients({
    inputs: [],
    parameters: [[5, 3]],
    run: (tape, _inputs, [table]) => {
      if (table === undefined) throw new Error("missing");
      return embedding(tape, tokens, table);
    },
  });
});
