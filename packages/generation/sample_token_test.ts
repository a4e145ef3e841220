import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { sampleToken } from "./sample_token.ts";
import { ScoreError } from "./score_error.ts";
import { seededRandom } from "@beyond24/routing";

const scores = Float32Array.of(0, Math.log(2), Math.log(5), -Infinity);
const random = seededRandom(1);

Deno.test("sampleToken draws in proportion to exp(score / temperature)", () => {
  const frequency = (temperature: number, topK: number) => {
    const hits = [0, 0, 0, 0];
    for (let draw = 0; draw < 20_000; draw++) {
      const token = sampleToken(scores, { temperature, topK, random });
      hits[token] = (hits[token] ?? 0) + 1 / 20_000;
    }
    return hits;
  };
  for (const [index, share] of [1 / 8, 2 / 8, 5 / 8, 0].entries()) {
    assertAlmostEquals(frequency(1, 0)[index] ?? NaN, share, 0.02);
  }
  for (const [index, share] of [1 / 30, 4 / 30, 25 / 30, 0].entries()) {
    assertAlmostEquals(frequency(0.5, 0)[index] ?? NaN, share, 0.02);
  }
  assertAlmostEquals(frequency(1, 2)[1] ?? NaN, 2 / 7, 0.02);
  assertEquals(frequency(1, 2)[0], 0);
});

Deno.test("sampleToken without temperature takes the best, the lower one of equals", () => {
  assertEquals(sampleToken(scores, { temperature: 0, topK: 0, random }), 2);
  assertEquals(sampleToken([1, 3, 3], { temperature: 0, topK: 0, random }), 1);
  assertEquals(sampleToken([1, 3, 3], { temperature: 1, topK: 1, random }), 1);
});

Deno.test("sampleToken with topP draws from the fewest best tokens that hold this part of the probability", () => {
  const drawn = (topP: number, topK = 0) => {
    const tokens = Array.from({ length: 2000 }, () => sampleToken(scores, { temperature: 1, topK, topP, random }));
    return [...new Set(tokens)].sort();
  };
  // The parts are 1/8, 2/8, 5/8.
  assertEquals(drawn(0.01), [2]);
  assertEquals(drawn(0.625), [2]);
  assertEquals(drawn(0.63), [1, 2]);
  assertEquals(drawn(0.9), [0, 1, 2]);
  // Of two tokens that hold 2/7 and 5/7.
  assertEquals(drawn(0.7, 2), [2]);
  assertEquals(drawn(0.72, 2), [1, 2]);
});

Deno.test("sampleToken with topK or topP takes the lower ones of equals", () => {
  const equals = Float32Array.of(1, 1, 1, 1);
  const tokens = (options: { topK?: number; topP?: number }) =>
    new Set(Array.from({ length: 200 }, () => sampleToken(equals, { temperature: 1, random, ...options })));
  assertEquals(tokens({ topK: 2 }), new Set([0, 1]));
  assertEquals(tokens({ topP: 0.3 }), new Set([0, 1]));
  assertEquals(tokens({ topK: 9 }).size, 4);
});

Deno.test("sampleToken refuses what is out of bounds", () => {
  for (const temperature of [-1, NaN, Infinity]) {
    assertThrows(() => sampleToken(scores, { temperature, topK: 0, random }), RangeError, "temperature");
  }
  for (const topK of [-1, 0.5]) assertThrows(() => sampleToken(scores, { temperature: 1, topK, random }), RangeError);
  for (const topP of [0, -1, 1.1, NaN]) {
    assertThrows(() => sampleToken(scores, { temperature: 1, topP, random }), RangeError, "topP");
  }
  assertThrows(() => sampleToken([], { temperature: 1, topK: 0, random }), RangeError);
});

Deno.test("sampleToken refuses scores that are no numbers, whichever token they are of", () => {
  for (const temperature of [0, 1]) {
    for (const bad of [NaN, Infinity]) {
      for (let token = 0; token < 4; token++) {
        const options = { temperature, topK: 2, random };
        assertThrows(() => sampleToken(scores.with(token, bad), options), ScoreError, `score of token ${token}`);
      }
    }
    const none = Float32Array.of(-Infinity, -Infinity);
    assertThrows(() => sampleToken(none, { temperature, topK: 0, random }), ScoreError, "all of them");
  }
});

Deno.test("seededRandom is even and differs by seed", () => {
  const draw = seededRandom(3);
  const values = Array.from({ length: 10_000 }, draw);
  assert(values.every((value) => value >= 0 && value < 1));
  assertAlmostEquals(values.reduce((sum, value) => sum + value, 0) / values.length, 0.5, 0.02);
  assert(seededRandom(4)() !== seededRandom(3)());
});
