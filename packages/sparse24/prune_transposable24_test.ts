import { assert, assertEquals, assertThrows } from "@std/assert";
import { PATTERNS } from "./_prune_tile_exact.ts";
import { fc, float32, matrix, tame, transpose } from "./_testing.ts";
import { is24 } from "./is24.ts";
import { pruneTransposable24 } from "./prune_transposable24.ts";

const TILE = { rows: 4, cols: 4 };
const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];

/** All masks with two per row and column by brute force over 2^16 tiles, ordered by their kept places. */
function slowPatterns(): number[][] {
  const found: number[][] = [];
  for (let code = 0; code < 65536; code++) {
    const kept = Array.from({ length: 16 }, (_, i) => i).filter((i) => (code >> i) & 1);
    const twoEach = [0, 1, 2, 3].every((line) =>
      kept.filter((i) => i >> 2 === line).length === 2 && kept.filter((i) => (i & 3) === line).length === 2
    );
    if (kept.length === 8 && twoEach) found.push(kept);
  }
  const text = (kept: number[]) => kept.map((i) => String.fromCharCode(97 + i)).join("");
  return found.sort((a, b) => text(a) < text(b) ? -1 : 1);
}

const SLOW = slowPatterns();

Deno.test("the exact search knows the 90 patterns in the documented order", () => {
  assertEquals(SLOW.length, 90);
  const own = Array.from(
    { length: 90 },
    (_, p) => [0, 1, 2, 3].flatMap((row) => (PAIRS[PATTERNS[4 * p + row] ?? 0] ?? []).map((col) => 4 * row + col)),
  );
  assertEquals(own, SLOW);
});

Deno.test("pruneTransposable24() exact equals the argmax over all patterns, first one on ties", () => {
  fc.assert(fc.property(fc.array(tame, { minLength: 16, maxLength: 16 }), (values) => {
    let best: number[] = [];
    let bestSum = -1;
    for (const kept of SLOW) {
      const sum = kept.reduce((total, i) => total + Math.abs(values[i] ?? 0), 0);
      if (sum > bestSum) [best, bestSum] = [kept, sum];
    }
    const mask = pruneTransposable24(Float32Array.from(values), TILE, { algorithm: "exact" });
    assertEquals([...mask.keys()].filter((i) => mask[i]), best);
  }));
});

Deno.test("pruneTransposable24() greedy equals taking sorted elements while they fit", () => {
  fc.assert(fc.property(fc.array(tame, { minLength: 16, maxLength: 16 }), (values) => {
    const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0) || a - b);
    const kept: number[] = [];
    for (const i of order) {
      const fits = kept.filter((j) => j >> 2 === i >> 2).length < 2 && kept.filter((j) => j % 4 === i % 4).length < 2;
      if (fits) kept.push(i);
    }
    const mask = pruneTransposable24(Float32Array.from(values), TILE, { algorithm: "greedy" });
    assertEquals([...mask.keys()].filter((i) => mask[i]), kept.sort((a, b) => a - b));
  }));
});

for (const algorithm of ["greedy", "exact"] as const) {
  Deno.test(`pruneTransposable24() ${algorithm} is 2:4 both ways and works tile by tile`, () => {
    fc.assert(
      fc.property(matrix(float32, 4, 4), ({ values, shape }) => {
        const mask = pruneTransposable24(values, shape, { algorithm });
        assert(is24(mask, shape) && is24(mask, shape, { axis: "rows" }));
        if (algorithm === "exact") assertEquals(mask.reduce((sum, bit) => sum + bit, 0), mask.length / 2);
        for (let start = 0; start < values.length; start += 4 * shape.cols) {
          const band = values.slice(start, start + 4 * shape.cols);
          const alone = pruneTransposable24(band, { rows: 4, cols: shape.cols }, { algorithm });
          assertEquals(mask.slice(start, start + 4 * shape.cols), alone);
        }
      }),
      { numRuns: 50 },
    );
  });

  Deno.test(`pruneTransposable24() ${algorithm} of a transpose is the transpose when no sums tie`, () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => Math.sin(1 + i * i));
    const shape = { rows: 8, cols: 8 };
    const mask = pruneTransposable24(values, shape, { algorithm });
    assertEquals(transpose(pruneTransposable24(transpose(values, shape), shape, { algorithm }), shape), mask);
  });

  Deno.test(`pruneTransposable24() ${algorithm} keeps NaN before infinity before finite values`, () => {
    const values = new Float32Array(16).fill(3e38);
    values.set([1, Infinity, NaN, NaN]);
    const mask = pruneTransposable24(values, TILE, { algorithm });
    assertEquals(mask.slice(0, 4), Uint8Array.of(0, 0, 1, 1));
  });
}

Deno.test("pruneTransposable24() greedy may keep fewer than eight", () => {
  const values = Float32Array.of(9, 9, 1, 1, 9, 9, 1, 1, 1, 1, 9, 0, 1, 1, 0, 0);
  const mask = pruneTransposable24(values, TILE, { algorithm: "greedy" });
  assertEquals(mask.reduce((sum, bit) => sum + bit, 0), 8);
  const stuck = Float32Array.of(9, 8, 0, 0, 0, 7, 6, 0, 5, 0, 4, 0, 0, 0, 0, 3);
  assertEquals(pruneTransposable24(stuck, TILE, { algorithm: "greedy" }).reduce((sum, bit) => sum + bit, 0), 7);
});

Deno.test("pruneTransposable24() refuses bad input", () => {
  const exact = { algorithm: "exact" } as const;
  assertThrows(() => pruneTransposable24(new Float32Array(8), { rows: 2, cols: 4 }, exact), TypeError, "rows");
  assertThrows(() => pruneTransposable24(new Float32Array(8), { rows: 4, cols: 2 }, exact), TypeError, "cols");
  assertThrows(() => pruneTransposable24(new Float32Array(8), TILE, exact), TypeError, "must be 16");
  const wrong = { algorithm: "best" as "exact" };
  assertThrows(() => pruneTransposable24(new Float32Array(16), TILE, wrong), RangeError, "current value is best");
});
