import { assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { checkGradients, floatsOf, randomValues, tensorOf } from "./_testing.ts";
import { add } from "./add.ts";
import { linear } from "./linear.ts";
import { createParameter } from "./create_parameter.ts";
import { writeParameter } from "./write_parameter.ts";
import { Tape } from "./tape.ts";

Deno.test("linear: gradients equal difference quotients", async () => {
  await checkGradients({
    inputs: [[3, 4]],
    parameters: [[5, 4], [2, 5]],
    run: (tape, inputs, parameters) => parameters.reduce((x, weight) => linear(tape, x, weight), inputs[0] ?? fail()),
  });
});

Deno.test("linear: gradients of an input with several readers add up", async () => {
  const device = createReferenceDevice();
  const weights = [1, 2].map((seed) => {
    const weight = createParameter(device, `w${seed}`, [4, 4]);
    // Quarters, whose sums are exact in whatever order they are added up.
    writeParameter(device, weight, randomValues(16, seed).map((value) => Math.round(4 * value) / 4));
    return weight;
  });
  const values = randomValues(8, 3);
  const gradientOf = async (used: typeof weights) => {
    const tape = new Tape(device, device.arena());
    const x = tape.input(tensorOf(device, [2, 4], values));
    for (const weight of used) {
      const y = linear(tape, x, weight);
      const ones = tape.tensor([2, 4]);
      device.kernels.fill({ out: ones, value: 1 });
      tape.addGradient(y, ones);
    }
    tape.backward();
    return await floatsOf(device, x.gradient ?? fail());
  };
  const [first, second] = [await gradientOf(weights.slice(0, 1)), await gradientOf(weights.slice(1))];
  assertEquals(await gradientOf(weights.toReversed()), first.map((value, i) => value + (second[i] ?? NaN)));
});

function fail(): never {
  throw new Error("missing");
}

Deno.test("linear: the gradient that a residual connection shares is read before it is written", async () => {
  await checkGradients({
    inputs: [[3, 4]],
    parameters: [[4, 4]],
    run: (tape, [x = fail()], [weight = fail()]) => add(tape, x, linear(tape, x, weight)),
  });
});
