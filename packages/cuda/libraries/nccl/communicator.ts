/** A range of device memory. */
export interface DeviceBytes {
  /** Address of the first byte. */
  readonly address: bigint;
  /** Length in bytes. */
  readonly bytes: number;
}

/**
 * The ranks of NCCL, and what they do together on a stream. Calls return when the work is enqueued; sums are of f32.
 * All ranks make the same calls in the same order.
 */
export interface Communicator {
  /** Name and version. */
  readonly description: string;
  /** Enqueues all calls that `enqueue` makes as one piece of work. */
  together(enqueue: () => void): void;
  /** Replaces memory by its sum over all ranks. */
  allReduce(memory: DeviceBytes, stream: bigint): void;
  /** Writes the sums of one part of `source` to `target`. */
  reduceScatter(source: bigint, target: DeviceBytes, stream: bigint): void;
  /** Writes `source` of all ranks behind each other to `target`. */
  allGather(source: DeviceBytes, target: bigint, stream: bigint): void;
  /** Replaces memory by that of rank `root`. */
  broadcast(memory: DeviceBytes, root: number, stream: bigint): void;
  /** What went wrong since the communicator was made, in words; undefined while all is well. */
  asyncError(): string | undefined;
  /** Ends what still runs and frees everything; waits for nobody. */
  abort(): void;
}
