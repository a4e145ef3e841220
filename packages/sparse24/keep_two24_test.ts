import { assertEquals } from "@std/assert";
import { fc, sortedPlaces } from "./_testing.ts";
import { keepTwo24 } from "./keep_two24.ts";

Deno.test("keepTwo24() equals sorting, for every order of four small keys", () => {
  for (let code = 0; code < 256; code++) {
    const [a, b, c, d] = [code & 3, (code >> 2) & 3, (code >> 4) & 3, code >> 6];
    const places = sortedPlaces([a, b, c, d], (key) => key).slice(0, 2);
    assertEquals(keepTwo24(a, b, c, d), places.reduce((mask, place) => mask | (1 << place), 0));
  }
});

Deno.test("keepTwo24() always keeps two", () => {
  fc.assert(fc.property(fc.integer(), fc.integer(), fc.integer(), fc.integer(), (a, b, c, d) => {
    assertEquals(keepTwo24(a, b, c, d).toString(2).replaceAll("0", ""), "11");
  }));
});
