import { assertEquals } from "@std/assert";
import { nibble24 } from "@beyond24/sparse24";
import { NIBBLE_WORDS } from "./_select_group.ts";

Deno.test("the completion table fits into two words", () => {
  for (let mask = 0; mask < 16; mask++) {
    const word = NIBBLE_WORDS[mask < 8 ? "NIBBLES_LOW" : "NIBBLES_HIGH"];
    assertEquals((word >>> (4 * (mask % 8))) & 15, nibble24(mask), `mask ${mask}`);
  }
});
