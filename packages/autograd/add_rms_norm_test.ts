import { checkGradients } from "./_testing.ts";
import { add } from "./add.ts";
import { addRmsNorm } from "./add_rms_norm.ts";

Deno.test("addRmsNorm: gradients equal difference quotients, with both results in use", async () => {
  await checkGradients({
    inputs: [[3, 6], [3, 6]],
    parameters: [[6]],
    run: (tape, [a, b], [gain]) => {
      if (a === undefined || b === undefined || gain === undefined) throw new Error("missing");
      const { sum, normed } = addRmsNorm(tape, a, b, gain, 1e-5);
      return add(tape, sum, normed);
    },
  });
});
