import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { clusterNeurons } from "./cluster_neurons.ts";
import { expertMeans } from "./expert_means.ts";
import { invertPermutation, permuteRows } from "./permute_rows.ts";
import { seededRandom } from "./seeded_random.ts";

Deno.test("expertMeans of neurons in cluster order are the means of the clustering, to the last bit", () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), (seed, experts) => {
    const options = { neurons: experts * 6, features: 3, experts, seed };
    const next = seededRandom(seed);
    const weights = Float32Array.from({ length: options.neurons * 3 }, () => next() - 0.5);
    const { order, means } = clusterNeurons(weights, options);
    assertEquals(expertMeans(permuteRows(weights, order, 3), options), means);
  }));
});

Deno.test("expertMeans sums in float64", () => {
  const weights = Float32Array.of(1e8, 1, -1e8, 0);
  assertEquals(expertMeans(weights, { neurons: 4, features: 1, experts: 1 }), Float32Array.of(0.25));
  assertThrows(() => expertMeans(weights, { neurons: 4, features: 1, experts: 3 }), RangeError, "average neurons");
});

Deno.test("permuteRows and invertPermutation undo each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), fc.integer({ min: 1, max: 3 }), (rows, seed, cols) => {
      const next = seededRandom(seed);
      const keys = Array.from({ length: rows }, next);
      const order = Int32Array.from(keys.keys()).sort((a, b) => Number(keys[a]) - Number(keys[b]));
      const values = Float32Array.from({ length: rows * cols }, (_, i) => i);
      const permuted = permuteRows(values, order, cols);
      order.forEach((source, target) => assertEquals(permuted[target * cols], source * cols));
      assertEquals(permuteRows(permuted, invertPermutation(order), cols), values);
    }),
  );
});

Deno.test("permuteRows refuses what is no permutation", () => {
  const values = new Float32Array(4);
  for (const order of [[0, 0], [0, 2], [-1, 0]]) {
    assertThrows(() => permuteRows(values, Int32Array.from(order), 2), RangeError, "each of 2 rows once");
    assertThrows(() => invertPermutation(Int32Array.from(order)), RangeError, "Cannot invert permutation");
  }
  assertThrows(() => permuteRows(values, Int32Array.of(0, 1), 3), TypeError, "2 x 3");
  assertThrows(() => permuteRows(values, Int32Array.of(0, 1), 0), RangeError, "cols");
});
