import { assert, assertEquals } from "@std/assert";
import { withHeaders } from "./hashes.ts";
import { listUnits, readSource } from "./units.ts";

/** Constants that `__byte_perm()` is given as selectors. */
function constantSelectors(source: string): string[] {
  return [...source.matchAll(/__byte_perm\([^;]*?,\s*(0x[0-9a-f]+)\)/g)].flatMap(([, selectors]) => selectors ?? []);
}

/** Of these, those that ask for the sign of a byte. */
function asksForSigns(selectors: string): boolean {
  return [...selectors.slice(2)].some((nibble) => parseInt(nibble, 16) > 7);
}

Deno.test("no __byte_perm() asks for signs of bytes: nvcc leaves out the top bit of a selector; prmt in PTX has it", () => {
  const files = new Set(listUnits().flatMap(({ sources }) => withHeaders(sources, readSource)));
  const selectors = [...files].flatMap((file) => constantSelectors(readSource(file)).map((text) => ({ file, text })));
  assert(selectors.length > 0);
  assertEquals(selectors.filter(({ text }) => asksForSigns(text)), []);
  assert(constantSelectors("__byte_perm(f(a) - b, 0, 0xbb99);").some(asksForSigns));
});
