/**
 * A record of TensorFlow's record format: length, checksum of the length, contents, checksum of the contents.
 *
 * @param data The contents
 * @returns The record
 */
export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/**
 * How much of a file is whole records from its beginning on.
 *
 * @param file The file
 * @returns Bytes; what follows them was written in part, or is none of the format
 */
export function wholeRecords(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let end = 0;
  while (end + 12 <= file.length && view.getUint32(end + 8, true) === maskedChecksum(file.subarray(end, end + 8))) {
    const next = end + 12 + Number(view.getBigUint64(end, true)) + 4;
    if (next > file.length) break;
    end = next;
  }
  return end;
}

/** A checksum of bytes that hold checksums themselves would be weak, so the format turns and shifts it. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, lowest bit first. */
const polynomial = 0x82f63b78;

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/** CRC-32C as in RFC 3720. */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
