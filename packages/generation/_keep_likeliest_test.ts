import { assertEquals } from "@std/assert";
import { seededRandom } from "@beyond24/routing";
import { keepLikeliest } from "./_keep_likeliest.ts";

/** The same by sorting all. */
function kept(weights: Float64Array, topK: number, topP: number): Float64Array {
  const order = [...weights.keys()].sort((a, b) => (weights[b] ?? NaN) - (weights[a] ?? NaN) || a - b);
  const best = order.slice(0, topK || weights.length);
  const wanted = topP * best.reduce((sum, index) => sum + (weights[index] ?? NaN), 0);
  const result = new Float64Array(weights.length);
  let held = 0;
  for (const index of best) {
    result[index] = weights[index] ?? NaN;
    held += weights[index] ?? NaN;
    if (topP < 1 && held >= wanted) break;
  }
  return result;
}

Deno.test("keepLikeliest leaves what sorting leaves, equals, zeros and all", () => {
  const random = seededRandom(1);
  for (const count of [1, 2, 3, 10, 257, 3000]) {
    for (const kinds of [1, 2, 40, 2 ** 20]) {
      // Sums of such weights are exact in any order.
      const weights = Float64Array.from({ length: count }, () => Math.floor(random() * kinds) / kinds);
      weights[count >> 1] = 1;
      for (const topK of [0, 1, 2, 40, count]) {
        for (const topP of [2 ** -10, 0.25, 0.5, 1 - 2 ** -10, 1]) {
          const ours = weights.slice();
          keepLikeliest(ours, topK, topP);
          assertEquals(ours, kept(weights, topK, topP), `${count} of ${kinds} kinds, ${topK} best, ${topP} of all`);
        }
      }
    }
  }
});

Deno.test("keepLikeliest leaves all that weigh something where rounding makes their sum miss what is wanted", () => {
  const weights = Float64Array.from({ length: 1000 }, (_, index) => index % 3 === 0 ? 0 : 0.1 + index / 7919);
  const ours = weights.slice();
  keepLikeliest(ours, 0, 1 - Number.EPSILON / 2);
  assertEquals(ours.filter((weight) => weight > 0).length >= 665, true);
});
