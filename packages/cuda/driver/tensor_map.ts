import type { DriverLibrary } from "./open_driver.ts";
import type { TensorMapDescription } from "./driver.ts";

const TYPES = { u8: 0, u16: 1, i32: 3, f32: 7, bf16: 9 } as const;
const ELEMENT_BYTES = { u8: 1, u16: 2, i32: 4, f32: 4, bf16: 2 } as const;
const SWIZZLES = { 0: 0, 32: 1, 64: 2, 128: 3 } as const;
const L2_PROMOTION_256 = 3;

/**
 * Checks a tensor map against the rules of the hardware, whose own answer is only "invalid value".
 *
 * @throws {RangeError} when a rule is broken
 */
export function checkTensorMap(description: TensorMapDescription): void {
  const { type, address, extents, strides, box, swizzle } = description;
  const rank = extents.length;
  if (rank < 1 || rank > 5) fail("it has 1 to 5 axes", rank);
  if (strides.length !== rank - 1) fail(`it has ${rank - 1} strides`, strides.length);
  if (box.length !== rank) fail(`its box has ${rank} sides`, box.length);
  if (address % 16n !== 0n) fail("its address is a multiple of 16", address);
  for (const extent of extents) if (!(extent >= 1 && extent <= 2 ** 32)) fail("extents lie in 1..2^32", extent);
  for (const stride of strides) {
    if (stride % 16 !== 0 || !(stride < 2 ** 40)) fail("strides are multiples of 16", stride);
  }
  for (const side of box) if (!(side >= 1 && side <= 256)) fail("box sides lie in 1..256", side);
  const rowBytes = (box[0] ?? 0) * ELEMENT_BYTES[type];
  if (rowBytes % 16 !== 0) fail("a box row is a multiple of 16 bytes", rowBytes);
  if (swizzle > 0 && rowBytes > swizzle) fail(`a box row is at most the swizzle span of ${swizzle} bytes`, rowBytes);
}

/** Encodes a tensor map into 128 bytes of alignment 64; returns the driver's result. */
export function encodeTensorMap(library: DriverLibrary, map: Uint8Array, description: TensorMapDescription): number {
  checkTensorMap(description);
  const { type, address, extents, strides, box, swizzle } = description;
  return library.cuTensorMapEncodeTiled(
    map as Uint8Array<ArrayBuffer>,
    TYPES[type],
    extents.length,
    address,
    BigUint64Array.from(extents, BigInt),
    // One spare element: the driver takes no null pointer, not even for the strides of a single axis.
    BigUint64Array.from([...strides, 0], BigInt),
    Uint32Array.from(box),
    new Uint32Array(extents.length).fill(1),
    0,
    SWIZZLES[swizzle],
    L2_PROMOTION_256,
    0,
  );
}

function fail(rule: string, value: number | bigint): never {
  throw new RangeError(`Cannot encode a tensor map as ${rule}: current value is ${value}`);
}
