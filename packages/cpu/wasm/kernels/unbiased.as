// Unbiased selection of two of every four rows, four columns at a time: `selectUnbiased24` of `@beyond24/sparse24`, to
// the bit.
import { storeUpTo } from "./partial";
import { magnitudeKeys } from "./selection";

/**
 * Two factors of the hash, and 2^-24, with which a hash without its low eight bits becomes a number in [0, 1). In
 * memory, as a broadcast load is one instruction.
 */
// @ts-ignore: decorator
@lazy
const CONSTANTS: usize = memory.data<i32>([0x21f0aaad, 0x735a2d97, 0x33800000], 16);

function mix(word: i32): i32 {
  let x = word ^ (word >>> 16);
  x *= 0x21f0aaad;
  x ^= x >>> 15;
  x *= 0x735a2d97;
  return x ^ (x >>> 15);
}

/** State of all draws of a selection: of its key and the step at an address. */
export function drawState(key: i32, step: usize): i32 {
  return mix(key ^ load<i32>(step));
}

/** State of the draws of four rows. */
export function groupState(state: i32, group: i32): i32 {
  return mix(state ^ group);
}

/** Random numbers of four columns of four rows, in [0, 1). */
// @ts-ignore: decorator
@inline
function uniforms(state: i32, column: i32): v128 {
  let x = v128.xor(i32x4.splat(state), i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3)));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), v128.load_splat<i32>(CONSTANTS));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), v128.load_splat<i32>(CONSTANTS, 4));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(x, 8)), v128.load_splat<i32>(CONSTANTS, 8));
}

/**
 * What is stored of a value: the share, or itself if that is more, with its sign; +0 where both are zero or not kept.
 */
// @ts-ignore: decorator
@inline
function stored(value: v128, share: v128, kept: v128): v128 {
  // As integers NaN is more than everything.
  const size = i32x4.max_s(f32x4.abs(value), f32x4.abs(share));
  const signed = v128.or(size, v128.and(value, i32x4.splat(0x80000000)));
  return v128.and(signed, v128.and(kept, f32x4.ne(size, f32x4.splat(0))));
}

/**
 * Stores what becomes of four rows of up to four columns, `count` of them from `column`; `present` rows are stored, the
 * others hold zeros. `state` is that of the draws of the four rows.
 */
// @ts-ignore: decorator
@inline
export function storeUnbiased(
  to: usize, stride: usize, present: i32, count: i32,
  v0: v128, v1: v128, v2: v128, v3: v128,
  state: i32, column: i32,
): void {
  // The tournament: lanes where the second of two wins, and the magnitudes of those that lose.
  const k0 = magnitudeKeys(v0), k1 = magnitudeKeys(v1), k2 = magnitudeKeys(v2), k3 = magnitudeKeys(v3);
  const upper = i32x4.max_s(k0, k1), lower = i32x4.max_s(k2, k3);
  const wins1 = i32x4.lt_s(k0, k1), wins3 = i32x4.lt_s(k2, k3), winsLower = i32x4.lt_s(upper, lower);
  const first = i32x4.min_s(k0, k1), second = i32x4.min_s(k2, k3), third = i32x4.min_s(upper, lower);
  // pmin(a, b) is b < a ? b : a, also where something is not a number.
  const ofTwo = f32x4.add(first, second), rest = f32x4.add(ofTwo, third);
  const half = f32x4.mul(f32x4.add(i32x4.max_s(upper, lower), rest), f32x4.splat(0.5));
  const share = f32x4.pmin(rest, half);
  const drawn = f32x4.sub(rest, f32x4.mul(uniforms(state, column), share));
  const mark = f32x4.pmin(i32x4.sub(rest, i32x4.splat(1)), drawn);
  const isLate = f32x4.gt(mark, share), keepsLargest = v128.not(isLate);
  const keepsFirst = f32x4.gt(first, v128.bitselect(f32x4.sub(mark, share), mark, isLate));
  const keepsThird = v128.not(f32x4.gt(ofTwo, mark));
  const keepsSecond = v128.xor(keepsLargest, v128.xor(keepsFirst, keepsThird));
  const ofUpper = v128.bitselect(keepsThird, keepsLargest, winsLower);
  const ofLower = v128.bitselect(keepsLargest, keepsThird, winsLower);
  storeUpTo(to, count, stored(v0, share, v128.bitselect(keepsFirst, ofUpper, wins1)));
  if (present > 1) storeUpTo(to + stride, count, stored(v1, share, v128.bitselect(ofUpper, keepsFirst, wins1)));
  if (present > 2) storeUpTo(to + 2 * stride, count, stored(v2, share, v128.bitselect(keepsSecond, ofLower, wins3)));
  if (present > 3) storeUpTo(to + 3 * stride, count, stored(v3, share, v128.bitselect(ofLower, keepsSecond, wins3)));
}
