// The two largest of four, four groups at a time: vector j holds element j of four groups. Keys are the integers that
// order floats by magnitude (-0 equals 0, every NaN is one more than infinity), as in `@beyond24/sparse24`.

import { highHalves, highPairs, lowHalves, lowPairs } from "./simd";

/**
 * All bits but the sign, the key of NaN, and minus two. In memory, as a broadcast load is one instruction and building
 * a constant vector several.
 */
// @ts-ignore: decorator
@lazy
const CONSTANTS: usize = memory.data<i32>([0x7fffffff, 0x7f800001, -2], 16);

/** Sort keys of four floats. */
// @ts-ignore: decorator
@inline
export function magnitudeKeys(v: v128): v128 {
  return i32x4.min_s(v128.and(v, v128.load_splat<i32>(CONSTANTS)), v128.load_splat<i32>(CONSTANTS, 4));
}

/** Lanes where fewer than two others beat an element: `beaten` counts them as minus one each. */
// @ts-ignore: decorator
@inline
function fewerThanTwo(beaten: v128): v128 {
  return i32x4.gt_s(beaten, v128.load_splat<i32>(CONSTANTS, 8));
}

// Masks of what the four groups keep, element j of keeps<j>: exactly two of four, the lower index on a tie. They share
// their comparisons, which the compiler finds; a function has one result only, and globals would be stored and loaded
// again.

// @ts-ignore: decorator
@inline
export function keeps0(k0: v128, k1: v128, k2: v128, k3: v128): v128 {
  return fewerThanTwo(i32x4.add(i32x4.lt_s(k0, k1), i32x4.add(i32x4.lt_s(k0, k2), i32x4.lt_s(k0, k3))));
}

// @ts-ignore: decorator
@inline
export function keeps1(k0: v128, k1: v128, k2: v128, k3: v128): v128 {
  // Element 0 beats element 1 where it is not less: -1 - (k0 < k1), so the constants of the sums cancel.
  return i32x4.ge_s(i32x4.add(i32x4.lt_s(k1, k2), i32x4.lt_s(k1, k3)), i32x4.lt_s(k0, k1));
}

// @ts-ignore: decorator
@inline
export function keeps2(k0: v128, k1: v128, k2: v128, k3: v128): v128 {
  return i32x4.gt_s(i32x4.lt_s(k2, k3), i32x4.add(i32x4.lt_s(k0, k2), i32x4.lt_s(k1, k2)));
}

/** Two are kept, so the last is kept when only one of the others is. */
// @ts-ignore: decorator
@inline
export function keeps3(kept0: v128, kept1: v128, kept2: v128): v128 {
  return v128.xor(v128.xor(kept0, kept1), kept2);
}

/**
 * Mask bits that differ between two sets of four groups after completion, summed per lane (as minus the count).
 * Groups with fewer than two non-zeros complete as torch does: 0000 and ones in places 2 and 3 keep {2, 3}, a one in
 * place 0 or 1 keeps {that, 2}.
 */
// @ts-ignore: decorator
@inline
export function maskChanges(
  a0: v128, a1: v128, a2: v128, a3: v128,
  b0: v128, b1: v128, b2: v128, b3: v128,
): v128 {
  const zero = f32x4.splat(0);
  const m0 = f32x4.ne(a0, zero), m1 = f32x4.ne(a1, zero), m2 = f32x4.ne(a2, zero), m3 = f32x4.ne(a3, zero);
  const n0 = f32x4.ne(b0, zero), n1 = f32x4.ne(b1, zero), n2 = f32x4.ne(b2, zero), n3 = f32x4.ne(b3, zero);
  const mFew = fewerThanTwo(i32x4.add(i32x4.add(m0, m1), i32x4.add(m2, m3)));
  const nFew = fewerThanTwo(i32x4.add(i32x4.add(n0, n1), i32x4.add(n2, n3)));
  const change2 = v128.xor(v128.or(m2, mFew), v128.or(n2, nFew));
  const change3 = v128.xor(v128.or(m3, v128.not(v128.or(m0, m1))), v128.or(n3, v128.not(v128.or(n0, n1))));
  return i32x4.add(i32x4.add(v128.xor(m0, n0), v128.xor(m1, n1)), i32x4.add(change2, change3));
}

// @ts-ignore: decorator
@inline
export function sumIntegers(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

// The columns of four rows of four: a transpose, in functions of one result that share their shuffles.

// @ts-ignore: decorator
@inline
export function column0(r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  return lowHalves(lowPairs(r0, r1), lowPairs(r2, r3));
}

// @ts-ignore: decorator
@inline
export function column1(r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  return highHalves(lowPairs(r0, r1), lowPairs(r2, r3));
}

// @ts-ignore: decorator
@inline
export function column2(r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  return lowHalves(highPairs(r0, r1), highPairs(r2, r3));
}

// @ts-ignore: decorator
@inline
export function column3(r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  return highHalves(highPairs(r0, r1), highPairs(r2, r3));
}
