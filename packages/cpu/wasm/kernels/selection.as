// The two largest of four, four groups at a time: vector j holds element j of four groups. Keys are the integers that
// order floats by magnitude (-0 equals 0, every NaN is one more than infinity), as in `@beyond24/sparse24`.

/**
 * All bits but the sign, the key of NaN, and minus two. In memory, as a broadcast load is one instruction and building a
 * constant vector several.
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

/** Masks of what the four groups keep; results of {@link keepTwo}. */
export let kept0: v128 = i32x4.splat(0);
export let kept1: v128 = i32x4.splat(0);
export let kept2: v128 = i32x4.splat(0);
export let kept3: v128 = i32x4.splat(0);

/** Lanes where fewer than two others beat an element: `beaten` counts them as minus one each. */
// @ts-ignore: decorator
@inline
function fewerThanTwo(beaten: v128): v128 {
  return i32x4.gt_s(beaten, v128.load_splat<i32>(CONSTANTS, 8));
}

/** Sets the masks: exactly two of four, the lower index on a tie. */
// @ts-ignore: decorator
@inline
export function keepTwo(k0: v128, k1: v128, k2: v128, k3: v128): void {
  const b01 = i32x4.lt_s(k0, k1), b02 = i32x4.lt_s(k0, k2), b03 = i32x4.lt_s(k0, k3);
  const b12 = i32x4.lt_s(k1, k2), b13 = i32x4.lt_s(k1, k3), b23 = i32x4.lt_s(k2, k3);
  kept0 = fewerThanTwo(i32x4.add(b01, i32x4.add(b02, b03)));
  // Element 0 beats element 1 where not b01 = -1 - b01, so the constants of the sums cancel.
  kept1 = i32x4.ge_s(i32x4.add(b12, b13), b01);
  kept2 = i32x4.gt_s(b23, i32x4.add(b02, b12));
  // Two are kept, so the last is kept when only one of the others is.
  kept3 = v128.xor(v128.xor(kept0, kept1), kept2);
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

/** Four vectors through which blocks of 4 x 4 are transposed. */
export let t0: v128 = i32x4.splat(0);
export let t1: v128 = i32x4.splat(0);
export let t2: v128 = i32x4.splat(0);
export let t3: v128 = i32x4.splat(0);

// @ts-ignore: decorator
@inline
export function transpose(r0: v128, r1: v128, r2: v128, r3: v128): void {
  const p0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), p1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const p2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), p3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  t0 = v128.shuffle<f32>(p0, p2, 0, 1, 4, 5);
  t1 = v128.shuffle<f32>(p0, p2, 2, 3, 6, 7);
  t2 = v128.shuffle<f32>(p1, p3, 0, 1, 4, 5);
  t3 = v128.shuffle<f32>(p1, p3, 2, 3, 6, 7);
}
