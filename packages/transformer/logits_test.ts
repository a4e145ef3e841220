import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuDevice } from "@beyond24/cpu";
import { sparsityPlans } from "@beyond24/recipe";
import { clusterTransformer } from "./cluster_transformer.ts";
import { evaluateLoss } from "./evaluate_loss.ts";
import { logits } from "./logits.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { naiveLogits } from "./_naive_logits_test.ts";
import { batchOf, floatsOf, numberOf, roughModel, shape, venom } from "./_testing.ts";

Deno.test("logits and loss equal a plain float64 model", async () => {
  const model = roughModel({ ropeTheta: 100, normEpsilon: 1e-3 });
  const { device } = model;
  const weights = new Map<string, Float32Array>();
  for (const { name, weight } of transformerParameters(model)) weights.set(name, await floatsOf(device, weight));
  const batch = batchOf(device, 2, 7);
  const [tokens, targets] = [Array.from(await device.read(batch.tokens)), await device.read(batch.targets)];
  const options = { theta: 100, epsilon: 1e-3 };
  const expected = [tokens.slice(0, 7), tokens.slice(7)].flatMap((row) => naiveLogits(shape, weights, row, options));

  const actual = await floatsOf(device, logits(model, batch.tokens, { arena: device.arena(), positions: "all" }));
  assertEquals(actual.length, 14 * shape.vocabularySize);
  for (const [i, value] of expected.flat().entries()) assertAlmostEquals(actual[i] ?? NaN, value, 1e-4);

  const losses = expected.map((row, i) =>
    Math.log(row.reduce((acc, value) => acc + Math.exp(value), 0)) - (row[targets[i] ?? -1] ?? NaN)
  );
  const out = device.tensor([1], "f32");
  evaluateLoss(model, batch, { arena: device.arena(), out });
  assertAlmostEquals(await numberOf(device, out), losses.reduce((a, b) => a + b, 0) / 14, 1e-4);
  evaluateLoss(model, batch, { arena: device.arena(), out, scale: 0.5, accumulate: true });
  assertAlmostEquals(await numberOf(device, out), 1.5 * losses.reduce((a, b) => a + b, 0) / 14, 1e-4);
});

Deno.test("logits: the last position of each sequence by default, and later tokens change none before", async () => {
  const model = roughModel();
  const { device } = model;
  const { vocabularySize } = shape;
  const { tokens } = batchOf(device, 2, 6);
  const all = await floatsOf(device, logits(model, tokens, { arena: device.arena(), positions: "all" }));
  const last = await floatsOf(device, logits(model, tokens, { arena: device.arena() }));
  const row = (index: number) => all.slice(index * vocabularySize, (index + 1) * vocabularySize);
  assertEquals(last, Float32Array.from([...row(5), ...row(11)]));
  const prefix = device.tensor([1, 3], "i32");
  device.write(prefix, Int32Array.from(await device.read(tokens)).slice(0, 3));
  const short = await floatsOf(device, logits(model, prefix, { arena: device.arena() }));
  for (const [i, value] of row(2).entries()) assertAlmostEquals(short[i] ?? NaN, value, 1e-5);
});

Deno.test("logits refuses tokens of another shape", () => {
  const model = roughModel();
  const { device } = model;
  for (const wrong of [[8], [1, 9], [1, 0]]) {
    const tokens = device.tensor(wrong, "i32");
    assertThrows(() => logits(model, tokens, { arena: device.arena() }), TypeError, "1 to 8 positions");
  }
  const { tokens } = batchOf(device, 1, 4);
  assertThrows(() => logits(model, tokens, { arena: device.arena(), mode: "sparse" }), Error, "with sparsity");
});

for (const plan of ["dense", "activations-24", "paper"] as const) {
  Deno.test(`logits: equal sequences of an odd length have scores of equal bits, ${plan}`, async () => {
    const device = await createCpuDevice({ threads: 2, blas: "off" });
    const isDense = plan === "dense";
    const model = roughModel(isDense ? {} : { sparsity: { plan: sparsityPlans[plan], venom } }, device);
    if (!isDense) await clusterTransformer(model, { seed: 1 });
    const tokens = device.tensor([3, 7], "i32");
    device.write(tokens, new Int32Array(21).fill(5));
    const options = { arena: device.arena(), positions: "all", mode: isDense ? "dense" : "sparse" } as const;
    const all = await floatsOf(device, logits(model, tokens, options));
    const one = all.length / 3;
    for (const sequence of [1, 2]) assertEquals(all.slice(sequence * one, (sequence + 1) * one), all.slice(0, one));
    device.dispose();
  });
}
