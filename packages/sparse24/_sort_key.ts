/** Every NaN maps here, just above infinity, so that a NaN is kept (and seen) whatever its payload. */
export const NAN_KEY = 0x7f800001;

/** The bits of float32 values as integers, without a copy. */
export function floatBits(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** An integer that orders float32 bit patterns by magnitude: -0 equals 0, NaN is the largest and equals NaN. */
export function magnitudeKey(bits: number): number {
  const key = bits & 0x7fffffff;
  return key > NAN_KEY ? NAN_KEY : key;
}

/** An integer that orders float32 bit patterns by signed value: -0 equals 0, NaN is the largest and equals NaN. */
export function valueKey(bits: number): number {
  const key = magnitudeKey(bits);
  return bits >= 0 || key === NAN_KEY ? key : -key;
}
