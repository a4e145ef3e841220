import { permuteIndex, type Shuffle } from "@beyond24/data";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";

function shuffled(count: number, keys: readonly number[], shuffle?: Shuffle): number[] {
  return Array.from({ length: count }, (_, index) => permuteIndex(index, count, keys, shuffle));
}

for (const shuffle of ["swap-or-not", "feistel"] as const) {
  Deno.test(`permuteIndex by ${shuffle} is a bijection for every count and key`, () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer(), fc.nat(), (count, seed, epoch) => {
      const places = shuffled(count, [seed, epoch], shuffle);
      assertEquals(new Set(places).size, count);
      assert(places.every((place) => Number.isInteger(place) && place >= 0 && place < count));
    }));
    for (const count of [2 ** 30, 2 ** 30 - 1]) {
      const some = Array.from({ length: 1000 }, (_, i) => permuteIndex(i * 1_000_003, count, [1, 2], shuffle));
      assertEquals(new Set(some).size, some.length);
      assert(some.every((place) => Number.isInteger(place) && place >= 0 && place < count));
    }
  });

  Deno.test(`permuteIndex by ${shuffle} gives other shuffles for other keys`, () => {
    const keys = [[0, 0], [0, 1], [1, 0], [1, 1], [-1, 0], [2 ** 31, 0]];
    assertEquals(new Set(keys.map((key) => shuffled(100, key, shuffle).join())).size, keys.length);
  });
}

/** Fails unless keys that differ in the seed, in the epoch or in both spread outcomes evenly over `cells`. */
function assertEven(what: string, cells: number, outcome: (keys: readonly number[]) => number): void {
  const draws = 100 * cells;
  const ways = [(i: number) => [i, 0], (i: number) => [7, i], (i: number) => [i % 100, Math.floor(i / 100)]];
  for (const [way, keys] of ways.entries()) {
    const hits = new Array<number>(cells).fill(0);
    for (let i = 0; i < draws; i++) {
      const cell = outcome(keys(i));
      hits[cell] = (hits[cell] ?? 0) + 1;
    }
    const chiSquare = hits.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    // Mean and standard deviation of chi-square with so many degrees of freedom.
    const freedom = cells - 1;
    assert(
      Math.abs(chiSquare - freedom) < 4.5 * Math.sqrt(2 * freedom),
      `${what}, keys ${way}: ${chiSquare} of ${freedom}`,
    );
  }
}

Deno.test("permuteIndex makes all shuffles of a few items equally often", () => {
  for (const count of [2, 3, 4, 5]) {
    const numbers = new Map<string, number>();
    assertEven(`shuffles of ${count}`, [1, 1, 2, 6, 24, 120][count] ?? 0, (keys) => {
      const text = shuffled(count, keys).join();
      if (!numbers.has(text)) numbers.set(text, numbers.size);
      return numbers.get(text) ?? 0;
    });
  }
});

Deno.test("permuteIndex spreads every item, and every two, evenly over all places at every size", () => {
  for (const count of [2, 3, 5, 6, 7, 8, 10, 16, 17]) {
    for (let index = 0; index < count; index++) {
      assertEven(`item ${index} of ${count}`, count, (keys) => permuteIndex(index, count, keys));
    }
    assertEven(`first two of ${count}`, count * (count - 1), (keys) => {
      const [first, second] = [permuteIndex(0, count, keys), permuteIndex(1, count, keys)];
      return first * (count - 1) + (second > first ? second - 1 : second);
    });
  }
  for (const count of [100, 1000, 1_000_003, 2 ** 30]) {
    const cell = (place: number) => Math.floor(place * 10 / count);
    for (const index of [0, 1, count - 1]) {
      assertEven(`item ${index} of ${count}`, 10, (keys) => cell(permuteIndex(index, count, keys)));
    }
    if (count === 100) continue; // too few for ten cells of equal size without the distance 0
    assertEven(`distance of neighbours of ${count}`, 10, (keys) => {
      return cell((permuteIndex(5, count, keys) - permuteIndex(4, count, keys) + count) % count);
    });
  }
});

Deno.test("permuteIndex by feistel is the order of runs before there was a choice", () => {
  assertEquals(shuffled(10, [1, 0], "feistel"), [6, 2, 1, 8, 3, 4, 7, 9, 0, 5]);
  assertEquals(shuffled(7, [3, 2], "feistel"), [6, 3, 0, 2, 5, 1, 4]);
  const first = [969, 641, 11, 518, 855, 609, 342, 428, 637, 510, 655, 756];
  assertEquals(shuffled(1000, [1, 1], "feistel").slice(0, 12), first);
});

Deno.test("permuteIndex stays what it is: runs go on in their order", () => {
  assertEquals(shuffled(10, [1, 0]), [6, 2, 1, 7, 5, 4, 9, 8, 3, 0]);
});

Deno.test("permuteIndex refuses what is out of bounds", () => {
  for (const [index, count] of [[0, 0], [3, 3], [-1, 3], [0.5, 3], [0, 2 ** 31]] as const) {
    assertThrows(() => permuteIndex(index, count, [0]), RangeError);
  }
  for (const shuffle of ["toString", "", "riffle"]) {
    assertThrows(() => permuteIndex(0, 1, [0], shuffle as Shuffle), RangeError, "swap-or-not, feistel");
  }
});
