import type { DType } from "./tensor.ts";

/**
 * Rounds values, in place, to what a floating type can hold: to nearest, ties to even, as every store of a kernel does.
 * A NaN stays a NaN; what is too large becomes infinite.
 *
 * @param values The values; they stay f32 but each is exact in `dtype` afterwards.
 * @param dtype The type to round to; `f32` and `i32` leave the values as they are.
 *
 * @example bf16 keeps eight significant bits
 * ```ts
 * import { roundTo } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 1.003, 1.00390625, 1.01171875);
 * roundTo(values, "bf16");
 * assertEquals([...values], [1, 1, 1, 1.015625]);
 * ```
 */
export function roundTo(values: Float32Array, dtype: DType): void {
  if (dtype === "bf16") roundToBf16(values);
  if (dtype === "f16") values.set(new Float16Array(values));
}

/**
 * The bf16 elements of values, rounded as {@linkcode roundTo} does.
 *
 * @param values The values, which stay
 * @returns Sixteen bits each
 *
 * @example One
 * ```ts
 * import { encodeBf16 } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeBf16(Float32Array.of(1, -1.003)), Uint16Array.of(0x3f80, 0xbf80));
 * ```
 */
export function encodeBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const words = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bf16Of(bits[i] ?? 0);
  return words;
}

function roundToBf16(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = bf16Of(bits[i] ?? 0) << 16;
}

/** The bits of the nearest bf16 of the bits of an f32. */
function bf16Of(word: number): number {
  // The sum below would carry a NaN with low payload bits only into infinity.
  if ((word & 0x7fffffff) > 0x7f800000) return (word | 0x00400000) >>> 16;
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}
