import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { routeTokens } from "./route_tokens.ts";
import { seededRandom } from "./seeded_random.ts";

/** Cosine by its definition, with both lengths, summed in float64. */
function cosine(x: Float32Array, mean: Float32Array): number {
  let [product, lengthX, lengthMean] = [0, 0, 0];
  x.forEach((value, c) => {
    product += value * Number(mean[c]);
    lengthX += value ** 2;
    lengthMean += Number(mean[c]) ** 2;
  });
  return product / Math.sqrt(lengthX) / Math.sqrt(lengthMean);
}

Deno.test("routeTokens ranks experts by cosine", () => {
  const sizes = fc.record({
    tokens: fc.nat(4),
    features: fc.integer({ min: 1, max: 9 }),
    experts: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  });
  fc.assert(fc.property(sizes, fc.nat(), ({ tokens, features, experts, seed }, pick) => {
    const next = seededRandom(seed);
    const x = Float32Array.from({ length: tokens * features }, () => next() - 0.5);
    const means = Float32Array.from({ length: experts * features }, () => next() - 0.5);
    const topK = pick % experts + 1;
    const routed = routeTokens(x, means, { tokens, features, experts, topK });
    assertEquals(routed.length, tokens * topK);
    for (let token = 0; token < tokens; token++) {
      const cosines = Array.from({ length: experts }, (_, expert) =>
        cosine(
          x.subarray(token * features, (token + 1) * features),
          means.subarray(expert * features, (expert + 1) * features),
        ));
      const chosen = [...routed.subarray(token * topK, (token + 1) * topK)];
      assertEquals(new Set(chosen).size, topK);
      // The two formulae round differently, so equal cosines (one feature gives only 1 and -1) may come in either
      // order.
      const ranked = cosines.toSorted((a, b) => b - a).slice(0, topK);
      chosen.forEach((expert, rank) => {
        assertEquals(Math.abs(Number(cosines[expert]) - Number(ranked[rank])) < 1e-12, true);
      });
    }
  }));
});

Deno.test("routeTokens does not depend on the lengths of tokens and means", () => {
  const means = Float32Array.of(1, 2, -3, 1, 0.5, -1, 2, 2);
  const x = Float32Array.of(0.25, -1, 3, 4);
  const options = { tokens: 2, features: 2, experts: 4 };
  const routed = routeTokens(x, means, options);
  const scaled = means.map((value, i) => value * 2 ** (8 * Math.floor(i / 2)));
  assertEquals(routeTokens(x.map((value) => value * 1024), scaled, options), routed);
});

Deno.test("routeTokens gives ties to the lowest expert", () => {
  const options = { tokens: 1, features: 2, experts: 5, topK: 5 };
  const means = Float32Array.of(0, 1, 2, 0, 4, 0, 0, 1, 8, 0);
  assertEquals(routeTokens(Float32Array.of(1, 0), means, options), Int32Array.of(1, 2, 4, 0, 3));
  assertEquals(routeTokens(Float32Array.of(-0, 0), means, options), Int32Array.of(0, 1, 2, 3, 4));
  const signs = Float32Array.of(-0, 1, 0, 1);
  assertEquals(routeTokens(Float32Array.of(1, 0), signs, { ...options, experts: 2, topK: 2 }), Int32Array.of(0, 1));
});

Deno.test("routeTokens scores a zero mean 0, above means that point away", () => {
  const means = Float32Array.of(-1, 0, 0, 0, 1, 1);
  const options = { tokens: 1, features: 2, experts: 3, topK: 3 };
  assertEquals(routeTokens(Float32Array.of(1, 0), means, options), Int32Array.of(2, 1, 0));
});

Deno.test("routeTokens ranks NaN last and sends tokens with NaN to expert 0", () => {
  const means = Float32Array.of(NaN, 0, -1, 0, Infinity, 0, 0, 1);
  const options = { tokens: 1, features: 2, experts: 4, topK: 4 };
  assertEquals(routeTokens(Float32Array.of(1, 0), means, options), Int32Array.of(3, 1, 0, 2));
  assertEquals(routeTokens(Float32Array.of(NaN, 0), means, { ...options, topK: 1 }), Int32Array.of(0));
  const axes = Float32Array.of(1, 1, 1, -1, -1, 1);
  assertEquals(routeTokens(Float32Array.of(-Infinity, 1), axes, { ...options, experts: 3, topK: 1 }), Int32Array.of(2));
});

Deno.test("routeTokens sums in float64", () => {
  const x = Float32Array.of(1e8, 1, -1e8);
  const means = Float32Array.of(1, -1, 1, 1, 1, 1);
  assertEquals(routeTokens(x, means, { tokens: 1, features: 3, experts: 2 }), Int32Array.of(1));
});

Deno.test("routeTokens of no tokens, and bad shapes", () => {
  const means = new Float32Array(4);
  const options = { tokens: 0, features: 2, experts: 2 };
  assertEquals(routeTokens(new Float32Array(0), means, options), new Int32Array(0));
  assertThrows(() => routeTokens(means, means, { ...options, tokens: 3 }), TypeError, "x must have 3 x 2 elements");
  assertThrows(() => routeTokens(new Float32Array(0), means, { ...options, experts: 3 }), TypeError, "means");
  assertThrows(
    () => routeTokens(new Float32Array(0), means, { ...options, topK: 3 }),
    RangeError,
    "topK must be <= 2 experts",
  );
  assertThrows(() => routeTokens(means, means, { ...options, topK: 0 }), RangeError, "topK");
  assertThrows(() => routeTokens(means, means, { ...options, features: 0 }), RangeError, "features");
});
