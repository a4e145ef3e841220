import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { floatsOf, randomValues, tensorOf } from "./_testing.ts";
import { linearCrossEntropy } from "./linear_cross_entropy.ts";
import { createParameter } from "./create_parameter.ts";
import { writeParameter } from "./write_parameter.ts";
import { Tape } from "./tape.ts";

const [TOKENS, FEATURES, VOCABULARY] = [7, 4, 5];
const TARGETS = new Int32Array([0, 4, 2, -1, 1, 3, 2]);

async function run(xValues: Float32Array, headValues: Float32Array, logitsBytes: number, scale = 1) {
  const device = createReferenceDevice();
  const arena = device.arena();
  const tape = new Tape(device, arena);
  const x = tape.input(tensorOf(device, [TOKENS, FEATURES], xValues));
  const head = createParameter(device, "head", [VOCABULARY, FEATURES]);
  writeParameter(device, head, headValues);
  const targets = device.tensor([TOKENS], "i32");
  device.write(targets, TARGETS);
  const loss = device.tensor([1], "f32");
  linearCrossEntropy(tape, x, head, targets, { loss, logitsBytes, scale });
  tape.backward();
  if (x.gradient === undefined) throw new Error("missing");
  return {
    loss: (await floatsOf(device, loss))[0] ?? NaN,
    dX: await floatsOf(device, x.gradient),
    dHead: await floatsOf(device, head.gradient),
  };
}

Deno.test("linearCrossEntropy: gradients equal difference quotients", async () => {
  const x = randomValues(TOKENS * FEATURES, 1);
  const head = randomValues(VOCABULARY * FEATURES, 2);
  const { dX, dHead } = await run(x, head, 2 ** 20);
  const step = 1 / 64;
  for (let i = 0; i < x.length; i++) {
    const at = async (offset: number) => (await run(x.with(i, (x[i] ?? NaN) + offset), head, 2 ** 20)).loss;
    assertAlmostEquals(dX[i] ?? NaN, (await at(step) - await at(-step)) / (2 * step), 1e-4);
  }
  for (let i = 0; i < head.length; i++) {
    const at = async (offset: number) => (await run(x, head.with(i, (head[i] ?? NaN) + offset), 2 ** 20)).loss;
    assertAlmostEquals(dHead[i] ?? NaN, (await at(step) - await at(-step)) / (2 * step), 1e-4);
  }
});

Deno.test("linearCrossEntropy: the size of the chunks does not change the result", async () => {
  const x = randomValues(TOKENS * FEATURES, 1);
  const head = randomValues(VOCABULARY * FEATURES, 2);
  const whole = await run(x, head, 2 ** 20);
  for (const rows of [1, 3]) {
    const chunked = await run(x, head, rows * VOCABULARY * 4);
    assertEquals(chunked.loss, whole.loss);
    assertEquals(chunked.dX, whole.dX);
    for (const [i, value] of chunked.dHead.entries()) assertAlmostEquals(value, whole.dHead[i] ?? NaN, 1e-6);
  }
});

Deno.test("linearCrossEntropy: scale acts on loss and gradients", async () => {
  const x = randomValues(TOKENS * FEATURES, 1);
  const head = randomValues(VOCABULARY * FEATURES, 2);
  const [whole, half] = [await run(x, head, 2 ** 20), await run(x, head, 2 ** 20, 0.5)];
  assertAlmostEquals(half.loss, whole.loss / 2, 1e-7);
  assertEquals(half.dX, whole.dX.map((value) => value / 2));
});
