/**
 * Address of a typed array. It stays valid as long as the array is reachable, so keep a reference to it.
 */
export function addressOf(view: Uint8Array | BigUint64Array | Float32Array | Int32Array): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(view as Uint8Array<ArrayBuffer>));
}

/** A byte array whose address is a multiple of `alignment`: JavaScript promises none. */
export function alignedBytes(length: number, alignment: number): Uint8Array {
  const bytes = new Uint8Array(length + alignment);
  const start = Number((BigInt(alignment) - addressOf(bytes) % BigInt(alignment)) % BigInt(alignment));
  return bytes.subarray(start, start + length);
}

/** The zero-terminated text at an address, or an empty string at address 0. */
export function cString(address: bigint): string {
  const pointer = Deno.UnsafePointer.create(address);
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

/** Zero-terminated bytes of a text. */
export function zeroTerminated(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
