import { assertAlmostEquals, assertEquals } from "@std/assert";
import { assignGreedily, distanceCosts, seedCenters } from "./_k_means.ts";
import { seededRandom } from "./seeded_random.ts";

Deno.test("seedCenters draws the first center evenly and the next by squared distance", () => {
  const options = { neurons: 3, features: 1, experts: 2 };
  const weights = Float32Array.of(0, 1, 3);
  const firsts = [0, 0, 0];
  let far = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const [first, second] = seedCenters(weights, { ...options, seed });
    const index = weights.indexOf(first ?? NaN);
    firsts[index] = (firsts[index] ?? 0) + 1;
    if (index === 0 && second === 3) far++;
  }
  for (const count of firsts) assertAlmostEquals(count / 3000, 1 / 3, 0.03);
  assertAlmostEquals(far / (firsts[0] ?? NaN), 9 / 10, 0.03);
});

Deno.test("seedCenters never takes a row twice while others differ, and takes equal rows in order", () => {
  for (let seed = 0; seed < 50; seed++) {
    const distinct = seedCenters(Float32Array.of(5, 5, 5, 7), { neurons: 4, features: 1, experts: 2, seed });
    assertEquals([...distinct].sort(), [5, 7]);
    const equal = seedCenters(Float32Array.of(5, 5), { neurons: 2, features: 1, experts: 2, seed });
    assertEquals([...equal], [5, 5]);
  }
});

Deno.test("distanceCosts are squared distances less the squared length of the neuron", () => {
  const [neurons, features, experts] = [7, 3, 5];
  const next = seededRandom(3);
  const weights = Float32Array.from({ length: neurons * features }, () => next() - 0.5);
  const centers = Float64Array.from({ length: experts * features }, () => next() - 0.5);
  const costs = distanceCosts(weights, centers, { neurons, features, experts });
  for (let neuron = 0; neuron < neurons; neuron++) {
    for (let expert = 0; expert < experts; expert++) {
      let [distance, length] = [0, 0];
      for (let c = 0; c < features; c++) {
        const weight = Number(weights[neuron * features + c]);
        distance += (weight - Number(centers[expert * features + c])) ** 2;
        length += weight ** 2;
      }
      assertAlmostEquals(costs[neuron * experts + expert] ?? NaN, distance - length, 1e-12);
    }
  }
});

Deno.test("assignGreedily lets those choose first who lose most by their second choice", () => {
  const costs = Float64Array.of(0, 1, 0, 10, 0, 5, 3, 4);
  assertEquals(assignGreedily(costs, 4, 2), Int32Array.of(1, 0, 0, 1));
});

Deno.test("assignGreedily lets the rest choose again when a cluster is full", () => {
  const costs = Float64Array.of(0, 2, 9, 0, 5, 6, 0, 1, 2);
  assertEquals(assignGreedily(costs, 3, 3), Int32Array.of(1, 0, 2));
});

Deno.test("assignGreedily gives ties to the lowest neuron and cluster", () => {
  assertEquals(assignGreedily(new Float64Array(8), 4, 2), Int32Array.of(0, 0, 1, 1));
});
