import { checkGradients } from "./_testing.ts";
import { add } from "./add.ts";
import { rmsNorm } from "./rms_norm.ts";

Deno.test("rmsNorm: gradients equal difference quotients, also beside a residual connection", async () => {
  await checkGradients({
    inputs: [[3, 6]],
    parameters: [[6], [6]],
    run: (tape, [x], [first, second]) => {
      if (x === undefined || first === undefined || second === undefined) throw new Error("missing");
      const y = add(tape, x, rmsNorm(tape, x, first, 1e-5));
      return add(tape, y, rmsNorm(tape, y, second, 1e-5));
    },
  });
});
