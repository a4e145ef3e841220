import type { Timing } from "./measure.ts";

/** One comparison: ours against a peer, by the median time of interleaved runs. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly oursMs: number;
  readonly peerMs: number;
  /** How many times faster ours is. */
  readonly ratio: number;
  /** The same by the best times, which other work on the machine disturbs less. */
  readonly bestRatio: number;
  /** The ratio that is aimed at. */
  readonly bar: number;
}

/** A comparison that could not be made. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

/** A row from the times of both columns. */
export function rowOf(
  names: { readonly what: string; readonly ours: string; readonly peer: string; readonly bar: number },
  ours: Timing,
  peer: Timing,
): Row {
  return {
    ...names,
    oursMs: ours.median,
    peerMs: peer.median,
    ratio: peer.median / ours.median,
    bestRatio: peer.best / ours.best,
  };
}
