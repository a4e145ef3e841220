// Unbiased selection of one of every pair of rows, four columns at a time: `selectUnbiased24` of `@beyond24/sparse24`,
// to the bit.

/** 2^-24: a hash without its low eight bits becomes a number in [0, 1). */
const UNIT: f32 = 5.9604644775390625e-8;

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

/** State of the draws of a pair of rows. */
export function pairState(state: i32, pair: i32): i32 {
  return mix(state ^ pair);
}

/** Draws of four columns of a pair of rows. */
// @ts-ignore: decorator
@inline
function draws(state: i32, column: i32): v128 {
  let x = v128.xor(i32x4.splat(state), i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3)));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x21f0aaad));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(x, i32x4.shr_u(x, 15));
}

/** Lanes where the first of a pair is kept. */
// @ts-ignore: decorator
@inline
export function keepsFirst(first: v128, second: v128, state: i32, column: i32): v128 {
  const uniform = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(draws(state, column), 8)), f32x4.splat(UNIT));
  const magnitude = f32x4.abs(first), sum = f32x4.add(magnitude, f32x4.abs(second));
  return v128.or(f32x4.lt(f32x4.mul(uniform, sum), magnitude), f32x4.eq(second, f32x4.splat(0)));
}

/**
 * What takes the place of `value` where it is kept instead of `other`: the sum of both with its sign, +0 where both are
 * zero.
 */
// @ts-ignore: decorator
@inline
export function stored(value: v128, other: v128, kept: v128): v128 {
  const sum = f32x4.add(f32x4.abs(value), f32x4.abs(other));
  const signed = v128.or(sum, v128.and(value, i32x4.splat(0x80000000)));
  return v128.and(signed, v128.and(kept, f32x4.ne(sum, f32x4.splat(0))));
}
