import type { LaunchContext } from "./launch_context.ts";

/** A graph of kernels, or what the host does between two of them. */
type Piece = bigint | (() => void);

interface Recorded {
  readonly pieces: readonly Piece[];
  readonly result: unknown;
}

/**
 * Units of work as CUDA graphs. The first call with a key only runs: it loads kernels, picks algorithms and grows
 * memory, none of which a capture allows. The second call records, and from then on the graphs are replayed.
 */
export class Replays {
  readonly #context: LaunchContext;
  readonly #warm = new Set<string>();
  readonly #recorded = new Map<string, Recorded>();
  /** Of the unit that is being recorded. */
  #pieces: Piece[] | undefined;

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

  /**
   * Calls `work` on the host in this place: outside of a unit at once; inside of one in every replay, when the kernels
   * before it have been launched, for which the unit is cut into two graphs.
   */
  callHost(work: () => void): void {
    const pieces = this.#pieces;
    if (pieces === undefined) return work();
    this.#endGraph(pieces);
    pieces.push(work);
    this.#beginGraph();
  }

  /** See `Device.forget`. Freeing memory, which comes first, waits for all that runs. */
  forget(owner: string): void {
    const isOwned = (key: string) => key.startsWith(`${owner}/`);
    for (const [key, { pieces }] of this.#recorded) {
      if (!isOwned(key)) continue;
      this.#destroy(pieces);
      this.#recorded.delete(key);
    }
    for (const key of this.#warm) if (isOwned(key)) this.#warm.delete(key);
  }

  dispose(): void {
    for (const { pieces } of this.#recorded.values()) this.#destroy(pieces);
    this.#recorded.clear();
    this.#warm.clear();
  }

  #replay<Result>({ pieces, result }: Recorded): Result {
    for (const piece of pieces) {
      if (typeof piece === "bigint") this.#context.driver.launchGraph(piece);
      else piece();
    }
    // The key names the recorded function, so this is what its type says.
    return result as Result;
  }

  #record(record: () => unknown): Recorded {
    const pieces: Piece[] = [];
    this.#pieces = pieces;
    try {
      this.#beginGraph();
      const result = record();
      this.#endGraph(pieces);
      return { pieces, result };
    } catch (error) {
      this.#abandon();
      this.#destroy(pieces);
      throw error;
    } finally {
      this.#pieces = undefined;
    }
  }

  #beginGraph(): void {
    this.#context.driver.beginCapture();
    this.#context.capturing = true;
  }

  #endGraph(pieces: Piece[]): void {
    this.#context.capturing = false;
    const graph = this.#context.driver.endCapture();
    if (graph !== undefined) pieces.push(graph);
  }

  /** Ends a failed capture so that the stream can be used again; the first error is the one to report. */
  #abandon(): void {
    if (!this.#context.capturing) return;
    try {
      const graphs: Piece[] = [];
      this.#endGraph(graphs);
      this.#destroy(graphs);
    } catch {
      // An invalidated capture has no graph.
    }
  }

  #destroy(pieces: readonly Piece[]): void {
    for (const piece of pieces) if (typeof piece === "bigint") this.#context.driver.destroyGraph(piece);
  }
}
