import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { assignGreedily } from "./_assign_greedily.ts";
import { allClusters, averageClusters, type ClusterShape, writeMeans } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { rowEntries, type Rows, transposeEntries } from "./_row_entries.ts";
import { seedCenters } from "./_seed_centers.ts";
import { swapNeurons } from "./_swap_neurons.ts";
import { writeCosts } from "./_write_costs.ts";
import { seededRandom } from "./seeded_random.ts";

function distanceCosts(rows: Rows, centers: Float64Array, shape: ClusterShape): Float64Array {
  const costs = new Float64Array(shape.neurons * shape.experts);
  writeCosts(rows, shape, allClusters(shape.experts), centers, costs);
  return costs;
}

/** Values of the rows, of one feature, that are the first centers. */
function seedValues(weights: Float32Array, shape: ClusterShape, seed: number): (number | undefined)[] {
  return seedCenters({ weights }, { ...shape, seed }).chosen.map((neuron) => weights[neuron]);
}

Deno.test("seedCenters draws the first center evenly and the next by squared distance", () => {
  const options = { neurons: 3, features: 1, experts: 2 };
  const weights = Float32Array.of(0, 1, 3);
  const firsts = [0, 0, 0];
  let far = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const [first, second] = seedValues(weights, options, seed);
    const index = weights.indexOf(first ?? NaN);
    firsts[index] = (firsts[index] ?? 0) + 1;
    if (index === 0 && second === 3) far++;
  }
  for (const count of firsts) assertAlmostEquals(count / 3000, 1 / 3, 0.03);
  assertAlmostEquals(far / (firsts[0] ?? NaN), 9 / 10, 0.03);
});

Deno.test("seedCenters never takes a row twice while others differ, and takes equal rows in order", () => {
  for (let seed = 0; seed < 50; seed++) {
    const distinct = seedValues(Float32Array.of(5, 5, 5, 7), { neurons: 4, features: 1, experts: 2 }, seed);
    assertEquals(distinct.sort(), [5, 7]);
    const equal = seedCenters({ weights: Float32Array.of(5, 5) }, { neurons: 2, features: 1, experts: 2, seed });
    assertEquals(equal.chosen.toSorted(), [0, 1]);
  }
});

Deno.test("writeCosts writes squared distances less the squared length of the neuron", () => {
  const [neurons, features, experts] = [7, 3, 5];
  const next = seededRandom(3);
  const weights = Float32Array.from({ length: neurons * features }, () => next() - 0.5);
  const centers = Float64Array.from({ length: experts * features }, () => next() - 0.5);
  const costs = distanceCosts({ weights }, centers, { neurons, features, experts });
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

Deno.test("writeCosts of rows that are mostly zero has the bits of sums over everything", () => {
  const [neurons, features, experts] = [20, 33, 5];
  const next = seededRandom(4);
  const weights = Float32Array.from({ length: neurons * features }, () => Math.max(0, next() - 0.8));
  const centers = Float64Array.from({ length: experts * features }, () => next() - 0.5);
  const entries = rowEntries(weights, { neurons, features });
  assert(entries !== undefined);
  const shape = { neurons, features, experts };
  const costs = distanceCosts({ weights, entries }, centers, shape);
  assertEquals(costs, distanceCosts({ weights }, centers, shape));
  const clusterOf = (neuron: number) => neuron % experts;
  assertEquals(averageClusters({ weights, entries }, shape, clusterOf), averageClusters({ weights }, shape, clusterOf));
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

Deno.test("writeMeans and writeCosts leave the clusters that they are not given", () => {
  const [neurons, features, experts] = [12, 7, 6];
  const next = seededRandom(6);
  const weights = Float32Array.from({ length: neurons * features }, () => Math.max(0, next() - 0.6));
  const shape = { neurons, features, experts };
  const clusterOf = (neuron: number) => neuron % experts;
  for (const entries of [undefined, rowEntries(weights, shape)]) {
    const rows = { weights, entries };
    const wholeMeans = averageClusters(rows, shape, clusterOf);
    const wholeCosts = distanceCosts(rows, wholeMeans, shape);
    for (const some of [[], [4], [0, 1, 2, 3, 5]]) {
      const [means, costs] = [wholeMeans.slice().fill(9), wholeCosts.slice().fill(9)];
      writeMeans(rows, shape, new Set(some), clusterOf, means);
      writeCosts(rows, shape, new Set(some), wholeMeans, costs);
      const isGiven = (expert: number) => some.includes(expert);
      assertEquals(means, wholeMeans.map((mean, i) => isGiven(Math.floor(i / features)) ? mean : 9));
      assertEquals(costs, wholeCosts.map((cost, i) => isGiven(i % experts) ? cost : 9));
    }
  }
});

Deno.test("seedCenters takes the rows of plain k-means++, and gives the distances from them", () => {
  const [neurons, features, experts] = [40, 9, 7];
  const next = seededRandom(8);
  for (const cut of [0.1, 0.8]) {
    const weights = Float32Array.from({ length: neurons * features }, () => Math.max(0, next() - cut));
    const shape = { neurons, features, experts };
    const entries = rowEntries(weights, shape);
    assertEquals(entries === undefined, cut === 0.1);
    for (let seed = 0; seed < 50; seed++) {
      const { chosen, costs } = seedCenters({ weights, entries }, { ...shape, seed });
      assertEquals(chosen, seedPlainly(weights, { ...shape, seed }));
      const centers = Float64Array.from(
        chosen.flatMap((row) => [...weights.slice(row * features, (row + 1) * features)]),
      );
      assertEquals(costs, distanceCosts({ weights, entries }, centers, shape));
    }
  }
});

/** {@linkcode seedCenters} as it is described: all distances from every center, summed. */
function seedPlainly(
  weights: Float32Array,
  { neurons, features, experts, seed }: ClusterShape & { readonly seed: number },
): number[] {
  const next = seededRandom(seed);
  const chosen: number[] = [];
  const distances = new Float64Array(neurons).fill(Infinity);
  while (chosen.length < experts) {
    const uniform = next();
    let remaining = uniform * distances.reduce((sum, distance) => sum + distance, 0);
    const drawn = distances.findIndex((distance) => distance > 0 && (remaining -= distance) < 0);
    const center = chosen.length === 0 ? Math.floor(uniform * neurons) : drawn;
    chosen.push(center);
    for (let neuron = 0; neuron < neurons; neuron++) {
      let sum = 0;
      for (let c = 0; c < features; c++) {
        sum += (Number(weights[neuron * features + c]) - Number(weights[center * features + c])) ** 2;
      }
      distances[neuron] = Math.min(Number(distances[neuron]), sum);
    }
  }
  return chosen;
}

Deno.test("transposeEntries has the entries by column, in the order of the rows", () => {
  const shape = { neurons: 3, features: 4 };
  const entries = rowEntries(Float32Array.of(1, 2, 0, 0, 0, 3, 0, 4, 5, 0, 0, 0), shape);
  assert(entries !== undefined);
  assertEquals(transposeEntries(entries, 4), {
    starts: Int32Array.of(0, 2, 4, 4, 5),
    columns: Int32Array.of(0, 2, 0, 1, 1),
    values: Float32Array.of(1, 5, 2, 3, 4),
  });
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
    const changed = swapNeurons(costs, experts, fast);
    swapPlainly(costs, experts, plain);
    assertEquals(fast, plain);
    const moved = [...fast.keys()].filter((neuron) => fast[neuron] !== start[neuron]);
    assertEquals(changed, new Set(moved.map((neuron) => Number(fast[neuron])).sort((a, b) => a - b)));
    assertEquals(swapNeurons(costs, experts, fast), new Set());
  }
});
