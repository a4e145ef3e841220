import { assertAlmostEquals } from "@std/assert";
import { distanceCosts } from "./_distance_costs.ts";
import { random } from "./_random.ts";

Deno.test("distanceCosts are squared distances less the squared length of the neuron", () => {
  const [neurons, features, experts] = [7, 3, 5];
  const next = random(3);
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
