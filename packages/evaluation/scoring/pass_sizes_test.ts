import { assert, assertEquals } from "@std/assert";
import { fewSizes, manySizes, type PassSizes, passSizes } from "./pass_sizes.ts";

const counts = Array.from({ length: 8192 }, (_, index) => index + 1);

/** Every size that counts up to 8192 are rounded to. */
const all = (round: (count: number) => number) => [...new Set(counts.map(round))];

Deno.test("sizes of passes have room, and few are few", () => {
  const sizesOf = ({ tokens, rows, sequences, positions }: PassSizes) => [
    all((count) => tokens(count, 8192)),
    all(rows),
    all(sequences),
    all(positions),
  ];
  for (const sizes of [manySizes, fewSizes]) {
    for (const round of [(count: number) => sizes.tokens(count, 8192), sizes.rows, sizes.sequences, sizes.positions]) {
      assert(counts.every((count) => round(count) >= count && round(count) <= Math.max(2 * count, 1024)));
    }
  }
  assertEquals(sizesOf(manySizes).map(({ length }) => length), [40, 24, 20, 16]);
  assertEquals(sizesOf(fewSizes).map(({ length }) => length), [4, 6, 7, 14]);
});

Deno.test("few sizes: a pass has no more tokens than it may, unless a group alone does", () => {
  assertEquals(fewSizes.tokens(5000, 6000), 6016);
  assertEquals(fewSizes.tokens(700, 640), 704);
  assertEquals([1, 1025, 4097, 8192].map((count) => fewSizes.tokens(count, 8192)), [1024, 2048, 8192, 8192]);
});

Deno.test("passSizes: few sizes where each new one is tuned for, whatever the device is called", () => {
  const sizes = [passSizes({ tunesEachSize: true }), passSizes({ tunesEachSize: false }), passSizes({})];
  assertEquals(sizes, [fewSizes, manySizes, manySizes]);
});
