import { assert, assertEquals, assertRejects } from "@std/assert";
import { clusterNeurons, seededRandom } from "@beyond24/routing";
import { threadClustering } from "./thread_clustering.ts";

const options = { neurons: 60, features: 7, experts: 5, seed: 3 };

function layersOf(count: number): Float32Array[] {
  const next = seededRandom(count);
  return Array.from({ length: count }, () => Float32Array.from({ length: 60 * 7 }, () => Math.max(0, next() - 0.7)));
}

Deno.test("threadClustering finds the clusters of clusterNeurons, with fewer threads than layers and with more", async () => {
  for (const [threads, count] of [[4, 9], [8, 2]] as const) {
    const layers = layersOf(count);
    const cluster = threadClustering({ threads, worth: 1 });
    const expected = layers.map((weights) => clusterNeurons(weights, options));
    for (let turn = 0; turn < 2; turn++) { // threads have ended in between
      assertEquals(await Promise.all(layers.map((weights) => cluster(weights, options))), expected);
    }
    assertEquals(layers[0]?.length, 60 * 7, "rows stay with the caller");
  }
});

Deno.test("threadClustering starts no thread for little, nor where there are few", () => {
  const [weights = new Float32Array()] = layersOf(1);
  for (const cluster of [threadClustering({ threads: 8 }), threadClustering({ threads: 3, worth: 1 })]) {
    assert(!(cluster(weights, options) instanceof Promise));
  }
});

Deno.test("threadClustering fails as clusterNeurons does, and finds the clusters of the other layers", async () => {
  const layers = layersOf(7);
  const cluster = threadClustering({ threads: 4, worth: 1 });
  const found = layers.map((weights, i) => cluster(i === 1 ? weights.fill(NaN) : weights, options));
  const failed = Promise.resolve(found[1]);
  await assertRejects(() => failed, RangeError, "weights must be finite");
  for (const [i, weights] of layers.entries()) {
    if (i !== 1) assertEquals(await found[i], clusterNeurons(weights, options));
  }
});

Deno.test({
  name: "threadClustering does without threads where it may not read their module",
  permissions: { read: false },
  fn: async () => {
    const layers = layersOf(6);
    const cluster = threadClustering({ threads: 4, worth: 1 });
    const found = await Promise.all(layers.map((weights) => cluster(weights, options)));
    assertEquals(found, layers.map((weights) => clusterNeurons(weights, options)));
  },
});
