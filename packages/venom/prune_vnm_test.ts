import { prune24 } from "@beyond24/sparse24";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { randomValues } from "@beyond24/device/contract";
import { fc, float32, matrix, tame, waves } from "./_testing.ts";
import { isVnm } from "./is_vnm.ts";
import { pruneVnm } from "./prune_vnm.ts";
import type { VnmFormat } from "./vnm_format.ts";

/** The documented stand-ins of infinity and NaN. */
function magnitude(value: number): number {
  if (Number.isNaN(value)) return 2 ** 150;
  return Math.min(Math.abs(value), 2 ** 130);
}

/** Places of the two largest magnitudes among `places`, ties to the lowest. */
function topTwo(row: readonly number[], places: readonly number[]): number[] {
  return places.toSorted((a, b) => magnitude(row[b] ?? 0) - magnitude(row[a] ?? 0) || a - b).slice(0, 2);
}

function quadruples(width: number): number[][] {
  const all: number[][] = [];
  for (let a = 0; a < width; a++) {
    for (let b = a + 1; b < width; b++) {
      for (let c = b + 1; c < width; c++) for (let d = c + 1; d < width; d++) all.push([a, b, c, d]);
    }
  }
  return width < 4 ? [Array.from({ length: width }, (_, i) => i)] : all;
}

/** The definition: every quadruple scored by sorting each row, first best wins. */
function slowBlock(block: readonly number[][], width: number): number[][] {
  let best: number[] = [];
  let bestScore = -1;
  for (const columns of quadruples(width)) {
    let score = 0;
    for (const row of block) score += topTwo(row, columns).reduce((sum, c) => sum + magnitude(row[c] ?? 0), 0);
    if (score > bestScore) [best, bestScore] = [columns, score];
  }
  return block.map((row) => {
    const kept = topTwo(row, best);
    return row.map((_, c) => kept.includes(c) ? 1 : 0);
  });
}

function slowPrune(values: Float32Array, { rows, cols, v, m }: VnmFormat): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let r = 0; r < rows; r += v) {
    for (let c = 0; c < cols; c += m) {
      const width = Math.min(m, cols - c);
      const block = Array.from(
        { length: v },
        (_, i) => [...values.slice((r + i) * cols + c, (r + i) * cols + c + width)],
      );
      slowBlock(block, width).forEach((bits, i) => mask.set(bits, (r + i) * cols + c));
    }
  }
  return mask;
}

for (const [name, element] of [["small whole numbers", tame], ["any float", float32]] as const) {
  Deno.test(`pruneVnm() of ${name} equals the exhaustive search, ties included`, () => {
    fc.assert(
      fc.property(matrix(element), ({ values, format }) => {
        assertEquals(pruneVnm(values, format), slowPrune(values, format));
      }),
      { numRuns: 150 },
    );
  });
}

Deno.test("pruneVnm() equals the exhaustive search on wide blocks of several characters", () => {
  const format = { rows: 8, cols: 24, v: 8, n: 2, m: 24 };
  for (let seed = 1; seed <= 4; seed++) {
    const smooth = waves(8 * 24, seed);
    const kinds = [
      smooth,
      smooth.map((x) => Math.max(0, x - 0.6) ** 2),
      smooth.map((x, i) => i % 24 < 6 ? 1 + x / 100 : x / 100),
      smooth.map(Math.round),
      smooth.map(() => 1),
    ];
    for (const values of kinds) assertEquals(pruneVnm(values, format), slowPrune(values, format));
  }
});

for (const v of [4, 8]) {
  Deno.test(`pruneVnm() equals the exhaustive search where single swaps get stuck or sums tie, v = ${v}`, () => {
    // Up to a third of such blocks have a best quadruple that no single swap from a good one reaches.
    const format = { rows: 60 * v, cols: 12, v, n: 2, m: 12 };
    const random = randomValues(format.rows * 12, 1);
    const kinds = [
      random.map((x) => Math.floor(1.5 + 1.5 * x)),
      random.map((x) => Math.floor(5 + 5 * x)),
      random.map((x) => x > 0.5 ? 1 : 0),
      random.map((_, i) => random[i % 12 < 6 ? i : i - 2 * (i % 12) + 11] ?? 0),
    ];
    for (const values of kinds) assertEquals(pruneVnm(values, format), slowPrune(values, format));
  });
}

Deno.test("pruneVnm() always fits the format and keeps two of every row and group", () => {
  fc.assert(fc.property(matrix(float32, 40), ({ values, format }) => {
    const mask = pruneVnm(values, format);
    assert(isVnm(mask, format));
    const { rows, cols, m } = format;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c += m) {
        const kept = mask.slice(r * cols + c, r * cols + Math.min(c + m, cols)).reduce((sum, bit) => sum + bit, 0);
        assertEquals(kept, Math.min(2, cols - c));
      }
    }
  }));
});

Deno.test("pruneVnm() with m = 4 is plain 2:4", () => {
  fc.assert(fc.property(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.array(float32), (groups, v, elements) => {
    const shape = { rows: 2 * v, cols: 4 * groups };
    const values = Float32Array.from({ length: shape.rows * shape.cols }, (_, i) => elements[i % elements.length] ?? i);
    assertEquals(pruneVnm(values, { ...shape, v, n: 2, m: 4 }), prune24(values, shape));
  }));
});

Deno.test("pruneVnm() finds a planted pattern in a 64 x 64 block", () => {
  const format = { rows: 64, cols: 64, v: 64, n: 2, m: 64 };
  const planted = [3, 17, 40, 63];
  const values = waves(64 * 64, 3).map((x, i) => planted.includes(i % 64) ? 3 + x : x);
  const mask = pruneVnm(values, format);
  const used = new Set([...mask.keys()].filter((i) => mask[i]).map((i) => i % 64));
  assertEquals([...used].sort((a, b) => a - b), planted);
});

Deno.test("pruneVnm() decides hazards by rule", () => {
  const format = { rows: 1, cols: 6, v: 1, n: 2, m: 6 };
  const cases: [number[], number[]][] = [
    [[0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0]],
    [[-0, -0, 0, 0, -0, 1], [1, 0, 0, 0, 0, 1]],
    [[2, -2, 2, -2, 2, 2], [1, 1, 0, 0, 0, 0]],
    [[1, Infinity, 2, NaN, -Infinity, 3], [0, 1, 0, 1, 0, 0]],
  ];
  for (const [values, mask] of cases) {
    assertEquals(pruneVnm(Float32Array.from(values), format), Uint8Array.from(mask), String(values));
  }
});

Deno.test("pruneVnm() refuses bad formats", () => {
  const good = { rows: 4, cols: 8, v: 2, n: 2, m: 8 };
  const prune = (change: Partial<VnmFormat>, length = 32) => () =>
    pruneVnm(new Float32Array(length), { ...good, ...change });
  assertThrows(prune({ v: 3 }), TypeError, "rows must be a multiple of 3: current value is 4");
  assertThrows(prune({}, 31), TypeError, "must be 32: current value is 31");
  assertThrows(prune({ m: 3 }), RangeError, "m must be a whole number from 4 to 65536: current value is 3");
  assertThrows(prune({ n: 3 }), RangeError, "n must be 2: current value is 3");
  assertThrows(prune({ v: 0 }), RangeError, "v must be");
  assertThrows(prune({ cols: 1.5 }), RangeError, "cols must be");
  assertThrows(prune({ rows: -2 }), RangeError, "rows must be");
});
