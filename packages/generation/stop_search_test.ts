import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { StopSearch } from "./stop_search.ts";

/** All that is shown of parts, part by part. */
function shown(stops: readonly string[], parts: readonly string[]): { texts: string[]; isStopped: boolean } {
  const search = new StopSearch(stops);
  const texts = [];
  for (const part of parts) {
    const { text, isStopped } = search.push(part);
    texts.push(text);
    if (isStopped) return { texts, isStopped };
  }
  return { texts: [...texts, search.end()], isStopped: false };
}

Deno.test("StopSearch shows what cannot be a stop string at once, and holds back what may become one", () => {
  assertEquals(shown(["END"], ["aE", "N", "x E"]), { texts: ["a", "", "ENx ", "E"], isStopped: false });
  assertEquals(shown(["END"], ["aE", "N", "D rest"]), { texts: ["a", "", ""], isStopped: true });
  assertEquals(shown(["END", "a"], ["bEa"]), { texts: ["bE"], isStopped: true });
  assertEquals(shown(["aab"], ["aa", "ab"]), { texts: ["", "a"], isStopped: true });
  assertEquals(shown(["", "\n"], ["one", "\ntwo"]), { texts: ["one", ""], isStopped: true });
  assertEquals(shown([], ["one"]), { texts: ["one", ""], isStopped: false });
});

Deno.test("StopSearch shows, however a text is cut, what stands before the first stop string", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 20 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }), {
    maxLength: 3,
  });
  fc.assert(fc.property(fc.array(text, { maxLength: 8 }), stops, (parts, strings) => {
    const whole = parts.join("");
    const ends = strings.map((stop) => whole.indexOf(stop)).filter((place) => place >= 0);
    const { texts, isStopped } = shown(strings, parts);
    assertEquals(isStopped, ends.length > 0);
    assertEquals(texts.join(""), whole.slice(0, Math.min(whole.length, ...ends)));
  }));
});
