import { assertEquals, assertThrows } from "@std/assert";
import { PythonRandom } from "./python_random.ts";

// `random.Random(seed).sample(range(population), count)` of CPython 3.11, three times one after the other.
const draws: readonly { seed: number; population: number; count: number; drawn: readonly (readonly number[])[] }[] = [
  { seed: 1234, population: 10, count: 3, drawn: [[7, 1, 0], [1, 0, 9], [1, 5, 3]] },
  { seed: 1234, population: 21, count: 5, drawn: [[14, 3, 0, 2, 1], [2, 3, 11, 7, 0], [0, 20, 11, 15, 14]] },
  { seed: 1234, population: 22, count: 5, drawn: [[14, 3, 0, 2, 18], [1, 21, 2, 3, 11], [7, 0, 11, 20, 19]] },
  {
    seed: 0,
    population: 2251,
    count: 5,
    drawn: [[1577, 1722, 165, 1060, 2094], [1990, 1658, 1242, 1952, 1466], [894, 2067, 570, 1154, 572]],
  },
  {
    seed: 1234,
    population: 85,
    count: 6,
    drawn: [[56, 14, 0, 11, 74, 4], [10, 12, 45, 30, 2, 3], [2, 44, 82, 79, 61, 78]],
  },
  {
    seed: 42,
    population: 86,
    count: 25,
    drawn: [[81, 14, 3, 35, 31, 28, 17, 13, 69, 11, 75, 54, 4, 83, 76, 27, 29, 64, 72, 25, 53, 80, 57, 37, 79], [
      0,
      20,
      54,
      43,
      35,
      19,
      27,
      82,
      13,
      11,
      48,
      12,
      45,
      44,
      33,
      5,
      58,
      68,
      15,
      75,
      10,
      37,
      46,
      36,
      74,
    ], [8, 5, 29, 37, 10, 83, 12, 48, 35, 58, 46, 20, 47, 45, 26, 34, 9, 21, 31, 74, 59, 78, 70, 65, 40]],
  },
  {
    seed: 4294967295,
    population: 10042,
    count: 10,
    drawn: [[3329, 3528, 9951, 8558, 4773, 9880, 5571, 6244, 4581, 5817], [
      8146,
      6724,
      1053,
      3554,
      10000,
      2258,
      7820,
      8269,
      5988,
      2665,
    ], [1023, 5423, 612, 6193, 7189, 9326, 4201, 8917, 9721, 1131]],
  },
  { seed: 7, population: 5, count: 5, drawn: [[2, 1, 3, 0, 4], [4, 0, 1, 3, 2], [0, 4, 1, 2, 3]] },
  { seed: 9, population: 1, count: 1, drawn: [[0], [0], [0]] },
];

for (const { seed, population, count, drawn } of draws) {
  Deno.test(`PythonRandom: seed ${seed}, ${count} of ${population}`, () => {
    const random = new PythonRandom(seed);
    assertEquals(drawn.map(() => random.sample(population, count)), drawn);
  });
}

Deno.test("PythonRandom draws past its first 624 words", () => {
  const random = new PythonRandom(1234);
  for (let draw = 0; draw < 1000; draw++) random.sample(2000, 5);
  assertEquals(random.sample(2000, 5), [6, 1099, 1446, 1580, 1765]);
});

Deno.test("PythonRandom cannot draw more than there are", () => {
  assertThrows(() => new PythonRandom(1).sample(2, 3), RangeError, "Cannot draw 3 examples as there are fewer");
});
