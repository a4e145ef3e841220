import { assertEquals } from "@std/assert";
import { crc32c, encodeRecord, wholeRecords } from "./encode_record.ts";

Deno.test("crc32c gives the values of RFC 3720", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c);
});

Deno.test("encodeRecord frames bytes as TensorFlow does", () => {
  // What another implementation of the format, @roboflow/tfrecords 1.0.4, makes of the same bytes.
  const expected = "0300000000000000b099490e6162636e57f121";
  assertEquals(encodeRecord(new TextEncoder().encode("abc")).toHex(), expected);
});

Deno.test("wholeRecords stops before what is half written or no record", () => {
  const record = encodeRecord(new Uint8Array(20));
  const file = new Uint8Array([...record, ...record]);
  for (let length = 0; length <= file.length; length++) {
    assertEquals(
      wholeRecords(file.subarray(0, length)),
      Math.floor(length / record.length) * record.length,
      `${length}`,
    );
  }
  assertEquals(wholeRecords(new Uint8Array([...record, ...new Uint8Array(50)])), record.length);
});
