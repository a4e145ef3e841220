import type { LaunchContext } from "./launch_context.ts";

interface Recorded {
  readonly graph: bigint;
  readonly result: unknown;
}

/**
 * Units of work as CUDA graphs. The first call with a key only runs: it loads kernels, picks algorithms and grows
 * memory, none of which a capture allows. The second call records, and from then on the graph is replayed.
 */
export class Replays {
  readonly #context: LaunchContext;
  readonly #warm = new Set<string>();
  readonly #recorded = new Map<string, Recorded>();

  constructor(context: LaunchContext) {
    this.#context = context;
  }

  /** See `Device.replay`. */
  run<Result>(key: string, record: () => Result): Result {
    // Inside another unit: part of that one.
    if (this.#context.capturing) return record();
    const known = this.#recorded.get(key);
    if (known !== undefined) return this.#replay<Result>(known);
    if (!this.#warm.has(key)) {
      const result = record();
      this.#warm.add(key);
      return result;
    }
    const recorded = this.#record(record);
    this.#recorded.set(key, recorded);
    return this.#replay<Result>(recorded);
  }

  dispose(): void {
    for (const { graph } of this.#recorded.values()) this.#context.driver.destroyGraph(graph);
    this.#recorded.clear();
    this.#warm.clear();
  }

  #replay<Result>({ graph, result }: Recorded): Result {
    this.#context.driver.launchGraph(graph);
    // The key names the recorded function, so this is what its type says.
    return result as Result;
  }

  #record(record: () => unknown): Recorded {
    const { driver } = this.#context;
    driver.beginCapture();
    this.#context.capturing = true;
    try {
      const result = record();
      this.#context.capturing = false;
      return { graph: driver.endCapture(), result };
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /** Ends a failed capture so that the stream can be used again; the first error is the one to report. */
  #abandon(): void {
    if (!this.#context.capturing) return;
    this.#context.capturing = false;
    try {
      this.#context.driver.destroyGraph(this.#context.driver.endCapture());
    } catch {
      // An invalidated capture has no graph.
    }
  }
}
