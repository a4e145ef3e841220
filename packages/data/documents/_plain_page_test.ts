import { assertEquals, assertThrows } from "@std/assert";
import { type PageForm, plainPage } from "./_plain_page.ts";
import { decompressSnappy } from "./_snappy.ts";
import { StreamError } from "./stream_error.ts";

type Header = Parameters<typeof plainPage>[1];
type Encoding = NonNullable<Header["data_page_header_v2"]>["encoding"];

const form: PageForm = { codec: "UNCOMPRESSED", compressors: undefined, isOptional: true };

/** A page of three rows: which of them have a text, and their values. */
function page(levels: readonly number[], values: readonly number[], encoding: Encoding = "PLAIN", count = 3) {
  const bytes = Uint8Array.of(...levels, ...values);
  const header: Header = {
    type: "DATA_PAGE_V2",
    compressed_page_size: bytes.length,
    uncompressed_page_size: bytes.length,
    data_page_header_v2: {
      num_values: count,
      num_nulls: 0,
      num_rows: count,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  };
  return () => plainPage(bytes, header, form);
}

Deno.test("plainPage gives a page without compression, whatever its runs are", () => {
  const run = [6, 1];
  const packed = [3, 0b111];
  for (const levels of [run, packed]) assertEquals(page(levels, [9, 9])().bytes, Uint8Array.of(...levels, 9, 9));
  assertEquals(page(run, [2, ...packed, 0], "RLE_DICTIONARY")().bytes.length, 6);
});

Deno.test("plainPage refuses runs that are longer than what is left, over which a reader would count for hours", () => {
  const negative = [0xff, 0xff, 0xff, 0xff, 0x0f];
  const faults: [levels: number[], values: number[], encoding?: Encoding][] = [
    [negative, []],
    [[0xfe, 0xff, 0xff, 0xff, 0x0f, 1], []],
    [[8, 1], []],
    [[6, 1], [2, ...negative], "RLE_DICTIONARY"],
    [[6, 1], [33, 3, 0], "RLE_DICTIONARY"],
    [[6, 1], [0x80, 1, 0, 3, 0], "DELTA_LENGTH_BYTE_ARRAY"],
    [[6, 1], [0x80, 1, ...negative, 3, 0], "DELTA_LENGTH_BYTE_ARRAY"],
    [[6, 1], [0x80, 1, 4, 3, 0], "DELTA_BYTE_ARRAY"],
  ];
  for (const [levels, values, encoding] of faults) {
    assertThrows(page(levels, values, encoding), StreamError, "a page of its column is damaged");
  }
  assertThrows(page([6, 1], [], "PLAIN", -1.5), StreamError, "a count of -1.5");
});

Deno.test("decompressSnappy takes what a writer gives, and nothing that goes back or beyond", () => {
  const text = new TextEncoder().encode("again ".repeat(20) + "and once more");
  const literal = (...bytes: number[]) => Uint8Array.of(bytes.length, (bytes.length - 1) << 2, ...bytes);
  assertEquals(decompressSnappy(literal(...text.subarray(0, 50)), 50), text.slice(0, 50));
  assertEquals(
    decompressSnappy(Uint8Array.of(6, 4, 97, 98, (4 - 4) << 2 | 1, 2), 6),
    new TextEncoder().encode("ababab"),
  );
  const faults = [
    [5, 63 << 2, 0xff, 0xff, 0xff, 0xff],
    [6, 4, 97, 98, 1, 3],
    [6, 4, 97, 98, 1, 0],
    [9, 4, 97, 98, 1, 2],
    [6, 20, 97, 98],
  ];
  for (const bytes of faults) {
    assertThrows(() => decompressSnappy(Uint8Array.from(bytes), bytes[0] ?? 0), StreamError, "it must be Snappy");
  }
});
