import { permuteIndex } from "@beyond24/data";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";

Deno.test("permuteIndex is a bijection for every count and key", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer(), fc.nat(), (count, seed, epoch) => {
    const places = new Set(Array.from({ length: count }, (_, index) => permuteIndex(index, count, [seed, epoch])));
    assertEquals(places.size, count);
    assert([...places].every((place) => Number.isInteger(place) && place >= 0 && place < count));
  }));
});

Deno.test("permuteIndex gives other shuffles for other keys", () => {
  const shuffle = (keys: number[]) => Array.from({ length: 100 }, (_, index) => permuteIndex(index, 100, keys)).join();
  const shuffles = [[0, 0], [0, 1], [1, 0], [1, 1], [-1, 0], [2 ** 31, 0]].map(shuffle);
  assertEquals(new Set(shuffles).size, shuffles.length);
});

Deno.test("permuteIndex spreads every index over all places", () => {
  // Chi-square over 16 places, 4000 keys: mean 15, standard deviation 5.5.
  for (let index = 0; index < 16; index++) {
    const hits = new Array<number>(16).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      const place = permuteIndex(index, 16, [seed, 0]);
      hits[place] = (hits[place] ?? 0) + 1;
    }
    const chiSquare = hits.reduce((sum, count) => sum + (count - 250) ** 2 / 250, 0);
    assert(chiSquare < 45, `index ${index}: ${chiSquare}`);
  }
});

Deno.test("permuteIndex refuses what is out of bounds", () => {
  for (const [index, count] of [[0, 0], [3, 3], [-1, 3], [0.5, 3], [0, 2 ** 31]] as const) {
    assertThrows(() => permuteIndex(index, count, [0]), RangeError);
  }
});
