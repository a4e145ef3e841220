/**
 * What the processes of one run tell each other through the memory of their hosts, whatever devices they have:
 * decisions, counts, addresses. All of them make the same calls in the same order, one at a time.
 */
export interface ProcessGroup {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Sums over all ranks, in place, always in the same order. As many numbers on each. */
  allReduce(values: Float64Array<ArrayBuffer>): Promise<void>;
  /** Gives all ranks what `root` has, in place. As many bytes on each. */
  broadcast(bytes: Uint8Array<ArrayBuffer>, root: number): Promise<void>;
  /** Returns when every rank has called it. */
  barrier(): Promise<void>;
}
