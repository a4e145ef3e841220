import type { NeuronClustering } from "@beyond24/ffn";
import { clusterNeurons, type NeuronClusters } from "@beyond24/routing";
import type { ClusterMessage } from "./cluster_worker.ts";

/** Rows of fewer values are clustered in less time than a thread starts in. */
const WORTH_A_THREAD = 500_000;

/** Fewer threads gain nothing: each has code to compile, and rows and clusters to copy. */
const FEWEST_THREADS = 4;

/** How {@linkcode threadClustering} runs. */
export interface ThreadClusteringOptions {
  /** Threads at most. */
  readonly threads: number;
  /** Fewest values of rows that are for a thread. Default: what takes longer than its start. */
  readonly worth?: number;
}

interface Task extends ClusterMessage {
  readonly resolve: (clusters: NeuronClusters | Promise<NeuronClusters>) => void;
}

/** A new thread; undefined where the program may not read its module. */
function openThread(): Worker | undefined {
  try {
    return new Worker(new URL("./cluster_worker.ts", import.meta.url), { type: "module" });
  } catch {
    return undefined;
  }
}

/** What a thread finds; undefined where it fails. */
function ask(thread: Worker, { weights, options }: ClusterMessage): Promise<NeuronClusters | undefined> {
  const { promise, resolve } = Promise.withResolvers<NeuronClusters | undefined>();
  thread.onmessage = ({ data }: MessageEvent<NeuronClusters | undefined>) => resolve(data);
  thread.onerror = (event) => {
    event.preventDefault();
    resolve(undefined);
  };
  thread.postMessage({ weights, options } satisfies ClusterMessage);
  return promise;
}

/**
 * Clusters neurons as `clusterNeurons` does, to the same bits, in threads: those of several layers at the same time.
 * Threads end when nothing is left to do.
 *
 * @param options Number of threads; where it is less than four, or there is little to do, no thread is started
 * @returns What `clusterTransformer` takes as `cluster`
 *
 * @example Two layers
 * ```ts
 * import { threadClustering } from "./thread_clustering.ts";
 * import { clusterNeurons } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const cluster = threadClustering({ threads: 4, worth: 1 });
 * const layers = [Float32Array.of(1, 9, 1.5, 8), Float32Array.of(4, 3, -4, -3)];
 * const options = { neurons: 4, features: 1, experts: 2, seed: 1 };
 * const found = await Promise.all(layers.map((weights) => cluster(weights, options)));
 * assertEquals(found, layers.map((weights) => clusterNeurons(weights, options)));
 * ```
 */
export function threadClustering({ threads, worth = WORTH_A_THREAD }: ThreadClusteringOptions): NeuronClustering {
  const waiting: Task[] = [];
  let running = 0;
  const serve = async () => {
    running++;
    let thread = openThread();
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { weights, options, resolve } = task;
      const clusters = thread && await ask(thread, task);
      // What a thread cannot do is done here, or fails here with an error that says why.
      resolve(clusters ?? Promise.try(() => clusterNeurons(weights, options)));
      if (clusters !== undefined) continue;
      thread?.terminate(); // it may have ended by itself
      thread = undefined;
    }
    running--;
    thread?.terminate();
  };
  return (weights, options) => {
    if (threads < FEWEST_THREADS || weights.length < worth) return clusterNeurons(weights, options);
    const { promise, resolve } = Promise.withResolvers<NeuronClusters>();
    waiting.push({ weights, options, resolve });
    if (running < threads) void serve();
    return promise;
  };
}
