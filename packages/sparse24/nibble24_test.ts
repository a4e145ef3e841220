import { assertEquals, assertThrows } from "@std/assert";
import { nibble24 } from "./pack24.ts";

/** The tables of the format: masks written element 0 first. */
const TABLE: readonly (readonly [string, number])[] = [
  ["1100", 0x4],
  ["1010", 0x8],
  ["1001", 0xc],
  ["0110", 0x9],
  ["0101", 0xd],
  ["0011", 0xe],
  ["0000", 0xe],
  ["1000", 0x8],
  ["0100", 0x9],
  ["0010", 0xe],
  ["0001", 0xe],
  ["0111", 0xd],
  ["1011", 0xc],
  ["1110", 0x4],
  ["1111", 0x4],
  ["1101", 0x4],
];

function maskOfText(text: string): number {
  return [...text].reduce((mask, bit, place) => mask | (Number(bit) << place), 0);
}

Deno.test("nibble24() equals every row of torch's table", () => {
  assertEquals(TABLE.length, 16);
  for (const [text, nibble] of TABLE) assertEquals(nibble24(maskOfText(text)), nibble, text);
});

Deno.test("nibble24() keeps every element of a group that keeps at most two", () => {
  for (const [text, nibble] of TABLE.slice(0, 11)) {
    const stored = (1 << (nibble & 3)) | (1 << (nibble >> 2));
    assertEquals(maskOfText(text) & ~stored, 0, text);
  }
});

Deno.test("nibble24() refuses what is not a 4-bit mask", () => {
  for (const mask of [-1, 16, 0.5, NaN]) assertThrows(() => nibble24(mask), RangeError, `current value is ${mask}`);
});
