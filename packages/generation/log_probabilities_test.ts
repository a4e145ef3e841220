import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { logProbabilityOf } from "./log_probabilities.ts";
import { ScoreError } from "./score_error.ts";

Deno.test("logProbabilityOf is the logarithm of softmax, whatever is added to all scores", () => {
  for (const shift of [0, -300, 1000]) {
    const scores = [1, 2, 3, 0].map((part) => shift + Math.log(part));
    const { token, logProbability } = logProbabilityOf(scores, 1, 0);
    assertEquals(token, 1);
    assertAlmostEquals(logProbability, Math.log(2 / 6), 1e-9);
    assertEquals(logProbabilityOf(scores, 3, 0).logProbability, -Infinity);
  }
});

Deno.test("logProbabilityOf tells the likeliest tokens, best first, the lower ones of equals", () => {
  const scores = Float32Array.of(0, 5, 2, 5, -1, 7);
  const tops = (count: number) => logProbabilityOf(scores, 0, count).top.map(({ token }) => token);
  assertEquals(tops(0), []);
  assertEquals(tops(1), [5]);
  assertEquals(tops(2), [5, 1]);
  assertEquals(tops(4), [5, 1, 3, 2]);
  assertEquals(tops(9), [5, 1, 3, 2, 0, 4]);
  const { top } = logProbabilityOf(scores, 5, 1);
  assertEquals(top[0], { token: 5, logProbability: logProbabilityOf(scores, 5, 0).logProbability });
});

Deno.test("logProbabilityOf refuses scores of a model that has diverged", () => {
  assertThrows(() => logProbabilityOf([1, NaN], 0, 1), ScoreError, "token 1");
});
