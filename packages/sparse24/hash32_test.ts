import { assert, assertEquals } from "@std/assert";
import { hash32 } from "./hash32.ts";

Deno.test("hash32() gives the numbers that every device must give", () => {
  // From a version in Python.
  const known: [number[], number][] = [
    [[], 0],
    [[1], 0x86d2fa73],
    [[1, 2, 3, 4, 5, 6, 7], 0xd7716591],
    [[0xffffffff, 0], 0x4e0c5770],
  ];
  assertEquals(known.map(([words]) => hash32(words)), known.map(([, hash]) => hash));
});

Deno.test("hash32() takes words modulo 2^32 and never repeats itself for one word in another place", () => {
  assertEquals(hash32([-1, 5]), hash32([0xffffffff, 5]));
  const hashes = new Set(Array.from({ length: 4096 }, (_, i) => hash32([7, i])));
  assertEquals(hashes.size, 4096);
});

Deno.test("hash32() flips half of the bits when one bit of one counter flips", () => {
  for (const place of [0, 1, 2]) {
    for (const bit of [0, 5, 31]) {
      let flipped = 0;
      for (let i = 0; i < 1000; i++) {
        const words = [i, 3 * i, 7];
        const others = words.with(place, (words[place] ?? 0) ^ (1 << bit));
        let difference = hash32(words) ^ hash32(others);
        for (; difference !== 0; difference &= difference - 1) flipped++;
      }
      // 32,000 fair coins: a standard deviation is 89.
      assert(Math.abs(flipped - 16_000) < 500, `word ${place}, bit ${bit}: ${flipped} of 32000`);
    }
  }
});
