import type { Tensor } from "./tensor.ts";

/** One of the processes of a run. */
export interface Rank {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
}

/**
 * Collectives that run beside the kernels of a device. No call waits for anybody: it begins when the kernels before it
 * are done, and until the next {@linkcode CollectiveQueue.join} no kernel may touch what it works on, while those that
 * work on anything else run at the same time. Calls run one after the other.
 *
 * They may be made inside of `Device.replay`, and are replayed with it. Such a unit joins before it ends.
 */
export interface CollectiveQueue {
  /** As {@linkcode Collectives.allReduce}. */
  allReduce(tensors: readonly Tensor[]): void;
  /** As {@linkcode Collectives.reduceScatter}. */
  reduceScatter(tensors: readonly Tensor[]): void;
  /** As {@linkcode Collectives.allGather}. */
  allGather(tensors: readonly Tensor[]): void;
  /** Lets the kernels behind it wait for all calls before it. */
  join(): void;
}

/**
 * What the processes of one run do together. Every rank makes the same calls in the same order, with tensors of the
 * same shapes and types on a device of its own. A call is ordered with the kernels of that device: those before it are
 * seen by it, and those behind its promise see what it did.
 *
 * Parts: the elements of a tensor in row-major order, cut into `size` equal ranges; rank r owns range r.
 */
export interface Collectives extends Rank {
  /** What carries tensors, for a run's header: library and version. */
  readonly description?: string;
  /**
   * Replaces every tensor by its sum over all ranks, in place. f32; the order of the sum is the same in every run of
   * this size.
   */
  allReduce(tensors: readonly Tensor[]): Promise<void>;
  /**
   * Replaces the part of this rank by its sum over all ranks, in place; the other parts are undefined afterwards. f32.
   *
   * @throws {RangeError} If the elements of a tensor cannot be cut into `size` equal parts
   */
  reduceScatter(tensors: readonly Tensor[]): Promise<void>;
  /**
   * Fills the parts of all other ranks with what these hold in them, in place. Any type.
   *
   * @throws {RangeError} If the elements of a tensor cannot be cut into `size` equal parts
   */
  allGather(tensors: readonly Tensor[]): Promise<void>;
  /** Replaces every tensor by that of rank `root`. Any type. */
  broadcast(tensors: readonly Tensor[], root: number): Promise<void>;
  /**
   * The sums over all ranks of a few numbers of the host, as many on each: counts, flags. f64, always in the same
   * order.
   */
  sum(numbers: readonly number[]): Promise<number[]>;
  /** Returns when every rank has called it. */
  barrier(): Promise<void>;
  /**
   * Milliseconds since the last call in which this rank could do nothing but wait for tensors and for other ranks:
   * communication that no computation hid. Of a GPU the time of its kernels, of what it has done by now. Missing where
   * it is not measured.
   */
  takeWaited?(): number;
  /** The same beside the kernels; missing where tensors travel through the host. */
  readonly queue?: CollectiveQueue;
}

/**
 * The collectives of a run of one process: nothing is to be done, and every bit stays as it is.
 *
 * @example Alone
 * ```ts
 * import { soloCollectives } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const { rank, size } = soloCollectives;
 * assertEquals([rank, size], [0, 1]);
 * await soloCollectives.barrier();
 * ```
 */
export const soloCollectives: Collectives = {
  rank: 0,
  size: 1,
  allReduce: () => Promise.resolve(),
  reduceScatter: () => Promise.resolve(),
  allGather: () => Promise.resolve(),
  broadcast: () => Promise.resolve(),
  sum: (numbers) => Promise.resolve([...numbers]),
  barrier: () => Promise.resolve(),
};
