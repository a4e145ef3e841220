import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { averageClusters } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { assignGreedily, distanceCosts, seedCenters, swapNeurons } from "./_k_means.ts";
import { rowEntries } from "./_row_entries.ts";
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

Deno.test("distanceCosts of rows that are mostly zero have the bits of sums over everything", () => {
  const [neurons, features, experts] = [20, 33, 5];
  const next = seededRandom(4);
  const weights = Float32Array.from({ length: neurons * features }, () => Math.max(0, next() - 0.8));
  const centers = Float64Array.from({ length: experts * features }, () => next() - 0.5);
  const entries = rowEntries(weights, { neurons, features });
  assert(entries !== undefined);
  const shape = { neurons, features, experts };
  const costs = distanceCosts(weights, centers, shape, entries);
  assertEquals(costs, distanceCosts(weights, centers, shape));
  const clusterOf = (neuron: number) => neuron % experts;
  assertEquals(averageClusters(weights, shape, clusterOf, entries), averageClusters(weights, shape, clusterOf));
  const products = new Float64Array(experts);
  for (let neuron = 0; neuron < neurons; neuron++) {
    dotRows(weights, neuron * features, centers, features, products);
    for (const [expert, product] of products.entries()) {
      const center = centers.subarray(expert * features, (expert + 1) * features);
      const length = center.reduce((sum, value) => sum + value ** 2, 0);
      assertEquals(costs[neuron * experts + expert], length - 2 * product);
    }
  }
});

Deno.test("rowEntries are what is not zero, and none of rows of which more than half is not", () => {
  const shape = { neurons: 2, features: 4 };
  assertEquals(rowEntries(Float32Array.of(1, 1, 0, 0, 0, 1, 0, 1), shape), {
    starts: Int32Array.of(0, 2, 4),
    columns: Int32Array.of(0, 1, 1, 3, 0),
    values: Float32Array.of(1, 1, 1, 1, 0),
  });
  assertEquals(rowEntries(Float32Array.of(1, 1, 0, 0, 0, 1, 1, 1), shape), undefined);
  assertEquals(rowEntries(new Float32Array(8), shape)?.starts, Int32Array.of(0, 0, 0));
});

/** {@linkcode swapNeurons} as it is described: whole clusters, sorted, for every pair. */
function swapPlainly(costs: Float64Array, experts: number, assignment: Int32Array): void {
  const cost = (neuron: number, expert: number) => costs[neuron * experts + expert] ?? NaN;
  const ranked = (from: number, to: number) =>
    [...assignment.keys()]
      .filter((neuron) => assignment[neuron] === from)
      .map((neuron) => ({ neuron, gain: cost(neuron, from) - cost(neuron, to) }))
      .sort((left, right) => right.gain - left.gain || left.neuron - right.neuron);
  for (let swapped = true; swapped;) {
    swapped = false;
    for (let a = 0; a < experts; a++) {
      for (let b = a + 1; b < experts; b++) {
        const fromB = ranked(b, a);
        for (const [i, left] of ranked(a, b).entries()) {
          const right = fromB[i];
          if (right === undefined || left.gain + right.gain <= 0) break;
          [assignment[left.neuron], assignment[right.neuron]] = [b, a];
          swapped = true;
        }
      }
    }
  }
}

Deno.test("swapNeurons makes the exchanges of whole sorted clusters, ties among them", () => {
  const [neurons, experts] = [60, 5];
  const next = seededRandom(5);
  for (const levels of [3, 1000]) {
    const costs = Float64Array.from({ length: neurons * experts }, () => Math.floor(next() * levels));
    const start = Int32Array.from({ length: neurons }, (_, neuron) => neuron % experts);
    const [fast, plain] = [Int32Array.from(start), Int32Array.from(start)];
    assertEquals(swapNeurons(costs, experts, fast), true);
    swapPlainly(costs, experts, plain);
    assertEquals(fast, plain);
    assertEquals(swapNeurons(costs, experts, fast), false);
  }
});
