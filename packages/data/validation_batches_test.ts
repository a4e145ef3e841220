import { validationBatches } from "@beyond24/data";
import { assertEquals } from "@std/assert";

const tokens = Int32Array.from({ length: 101 }, (_, token) => token);

Deno.test("validationBatches covers all tokens once without a limit", () => {
  const batches = [...validationBatches(tokens, { sequenceLength: 5, batchSize: 3 })];
  const targets = batches.flatMap((batch) => [...batch.targets]).filter((target) => target >= 0);
  assertEquals(targets, Array.from({ length: 100 }, (_, index) => index + 1));
  assertEquals(batches.map(({ inputs }) => inputs.length), new Array(7).fill(15));
});

Deno.test("validationBatches with a limit spreads over the tokens", () => {
  const batches = [...validationBatches(tokens, { sequenceLength: 5, batchSize: 2, maxBatches: 2 })];
  assertEquals(batches.flatMap(({ inputs }) => [inputs[0], inputs[5]]), [0, 25, 50, 75]);
});

Deno.test("validationBatches of too few tokens gives nothing", () => {
  assertEquals([...validationBatches(tokens.subarray(0, 5), { sequenceLength: 5, batchSize: 2 })], []);
});
