// What both passes of attention share: argument words, block sizes and scratch memory.
// A block of keys is packed once and used by all blocks of queries behind it; scores exist for one pair of blocks only.
import { address, argument, scratch } from "./runtime";
import { PRODUCT_SCRATCH } from "./product";

/** Queries and keys of a block. */
export const BLOCK: i32 = 128;
/** Widest head. */
export const MAX_HEAD: i32 = 256;

const PANELS: usize = <usize>BLOCK * <usize>(MAX_HEAD + 8) * 4;
const TILE: usize = <usize>BLOCK * <usize>(BLOCK + 8) * 4;

export let keysTransposed: usize = 0;
export let valuesPacked: usize = 0;
export let keysPacked: usize = 0;
export let queriesPacked: usize = 0;
export let gradientPacked: usize = 0;
export let scores: usize = 0;
export let gradients: usize = 0;
/** A float for every position of a sequence. */
export let statistics: usize = 0;

export let sequences: i32 = 0;
export let length: i32 = 0;
export let heads: i32 = 0;
export let keyValueHeads: i32 = 0;
export let headDim: i32 = 0;
/** Bytes from token to token of queries and of keys. */
export let queryStride: usize = 0;
export let keyStride: usize = 0;
export let scale: f32 = 0;

/** Reads the shape from five argument words. */
export function readShape(first: i32): void {
  let p = scratch + PRODUCT_SCRATCH;
  keysTransposed = p;
  valuesPacked = p += PANELS;
  keysPacked = p += PANELS;
  queriesPacked = p += PANELS;
  gradientPacked = p += PANELS;
  scores = p += PANELS;
  gradients = p += TILE;
  statistics = p + TILE;
  sequences = argument(first);
  length = argument(first + 1);
  heads = argument(first + 2);
  keyValueHeads = argument(first + 3);
  headDim = argument(first + 4);
  queryStride = <usize>(heads * headDim) << 2;
  keyStride = <usize>(keyValueHeads * headDim) << 2;
  scale = <f32>(1 / sqrt(<f64>headDim));
}

/** Bytes of scratch that a thread needs for sequences of `positions` tokens. */
export function attentionScratch(positions: i32): usize {
  return PRODUCT_SCRATCH + 5 * PANELS + 2 * TILE + (<usize>positions << 2) + 64;
}
