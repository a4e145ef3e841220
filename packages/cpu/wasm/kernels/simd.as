// Vector helpers that several operations use. Everything is inlined; nothing here touches memory of its own.

/** a · b + c: fused where the module is built with relaxed SIMD, rounded twice otherwise. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2)) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3));
}

// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Sum of the lanes of two vectors of two f64. */
// @ts-ignore: decorator
@inline
export function sumDoubles(a: v128, b: v128): f64 {
  const v = f64x2.add(a, b);
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/**
 * Constants of {@link exp4}: the smallest x, log2 e, 1.5 · 2^23, -ln 2 in two parts, the polynomial from its highest
 * power, and one. They lie in memory as a broadcast load is one instruction, and building a constant vector several.
 */
// @ts-ignore: decorator
@lazy
const EXP: usize = memory.data<f32>([
  -87.33654, 1.44269504088896341, 12582912, -0.693359375, 2.12194440e-4,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
], 16);

/**
 * e^x for x up to 88, with a relative error below 2e-7 (2 units in the last place) from -87.3; 0 below, NaN of NaN. The
 * kernels only ask for x up to 0. Range reduction by ln 2 in two parts and the minimax polynomial of Cephes' expf
 * (Moshier 1992).
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits: no conversion is needed.
  const magic = v128.load_splat<f32>(EXP, 8), one = v128.load_splat<f32>(EXP, 44);
  const shifted = f32x4.add(f32x4.mul(x, v128.load_splat<f32>(EXP, 4)), magic);
  const n = f32x4.sub(shifted, magic);
  let r = madd(n, v128.load_splat<f32>(EXP, 12), x);
  r = madd(n, v128.load_splat<f32>(EXP, 16), r);
  let p = v128.load_splat<f32>(EXP, 20);
  p = madd(p, r, v128.load_splat<f32>(EXP, 24));
  p = madd(p, r, v128.load_splat<f32>(EXP, 28));
  p = madd(p, r, v128.load_splat<f32>(EXP, 32));
  p = madd(p, r, v128.load_splat<f32>(EXP, 36));
  p = madd(p, r, v128.load_splat<f32>(EXP, 40));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), one);
  // The bits of one are its exponent, to which n is added.
  const power = i32x4.add(i32x4.shl(shifted, 23), one);
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, v128.load_splat<f32>(EXP)));
}

/** e^x of one number, the same bits as a lane of {@link exp4}. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** {@link exp1} for tests of its error. */
export function exponential(x: f32): f32 {
  return exp1(x);
}

/** The four shuffles of a 4 x 4 transpose: pairs of the rows first, then halves of the pairs. */
// @ts-ignore: decorator
@inline
export function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
export function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

// @ts-ignore: decorator
@inline
export function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}

// @ts-ignore: decorator
@inline
export function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}
