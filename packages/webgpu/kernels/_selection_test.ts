import { assertEquals } from "@std/assert";
import { nibble24 } from "@beyond24/sparse24";
import type { Launcher } from "../_launch.ts";
import { selectionConstants } from "./_selection.ts";

Deno.test("the completion table fits into two words", () => {
  const constants = selectionConstants({ activationType: "f32" } as Launcher);
  for (let mask = 0; mask < 16; mask++) {
    const word = constants[mask < 8 ? "NIBBLES_LOW" : "NIBBLES_HIGH"] ?? 0;
    assertEquals((word >>> (4 * (mask % 8))) & 15, nibble24(mask), `mask ${mask}`);
  }
});
