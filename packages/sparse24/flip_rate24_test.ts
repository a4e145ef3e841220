import { assertEquals, assertThrows } from "@std/assert";
import { flipRate24 } from "./flip_rate24.ts";

Deno.test("flipRate24() counts changed bits", () => {
  assertEquals(flipRate24(Uint8Array.of(1, 0, 1, 0), Uint8Array.of(1, 0, 1, 0)), 0);
  assertEquals(flipRate24(Uint8Array.of(1, 0, 1, 0), Uint8Array.of(0, 1, 0, 1)), 1);
  assertEquals(flipRate24(Uint8Array.of(1, 0, 0, 1, 1, 1, 0, 0), Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 0)), 0.25);
});

Deno.test("flipRate24() takes empty masks and refuses unequal ones", () => {
  assertEquals(flipRate24(new Uint8Array(0), new Uint8Array(0)), 0);
  assertThrows(() => flipRate24(new Uint8Array(4), new Uint8Array(8)), TypeError, "current value is 4 and 8");
});
