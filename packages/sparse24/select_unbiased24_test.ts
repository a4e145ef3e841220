import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bitsOf, fc, float32, groupsOf, matrix, sortedPlaces, tame, transpose } from "./_testing.ts";
import { hash32 } from "./hash32.ts";
import { is24 } from "./is24.ts";
import { selectUnbiased24 } from "./select_unbiased24.ts";

const seeds = fc.integer({ min: 0, max: 0xffffffff });

/** A finite float32 of any size whose sums do not overflow: subnormals, ties and neighbours among them. */
const finite = fc.oneof(
  fc.constantFrom(0, -0, 1e-45, -3e-45, 1, 1 + 2 ** -23, -1, 1 - 2 ** -24, 2 ** -23, -(2 ** -24)),
  fc.float({ noNaN: true, min: -Math.fround(1e37), max: Math.fround(1e37) }),
);

Deno.test("selectUnbiased24() is 2:4, never gives -0 and leaves its input alone", () => {
  fc.assert(fc.property(matrix(float32, 1, 4), seeds, ({ values, shape }, seed) => {
    const before = bitsOf(values);
    const kept = selectUnbiased24(values, shape, { seed });
    assert(is24(kept, shape));
    assert(kept.every((value) => !Object.is(value, -0)));
    assertEquals(bitsOf(values), before);
  }));
});

Deno.test("selectUnbiased24() keeps two of finite values, whatever is rounded, and what has two stays", () => {
  fc.assert(
    fc.property(matrix(finite, 1, 4), seeds, ({ values, shape }, seed) => {
      const kept = groupsOf(selectUnbiased24(values, shape, { seed }));
      for (const [g, group] of groupsOf(values).entries()) {
        const [before, after] = [group, kept[g] ?? []].map((four) => four.filter((value) => value !== 0).length);
        assertEquals(after, Math.min(before ?? NaN, 2), `${group} to ${kept[g]}`);
        if ((before ?? NaN) <= 2) assertEquals(kept[g], group.map((value) => value + 0));
        for (const [i, value] of (kept[g] ?? []).entries()) {
          assert(value === 0 || Math.sign(value) === Math.sign(group[i] ?? 0), "no zero is kept, and signs stay");
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** What a group becomes, in float64: right where no step is rounded. */
function twoOfFour(group: readonly number[], uniform: number): number[] {
  const size = (place: number) => Math.abs(group[place] ?? NaN);
  const [upper = 0, first = 0] = sortedPlaces(group.slice(0, 2), Math.abs);
  const [lower = 0, second = 0] = sortedPlaces(group.slice(2), Math.abs).map((place) => place + 2);
  const [largest, third] = size(upper) < size(lower) ? [lower, upper] : [upper, lower];
  const rest = size(first) + size(second) + size(third);
  const share = Math.min(rest, (size(largest) + rest) / 2);
  // Magnitudes laid end to end, the largest in front of 0 and as long as a share at most; marks a share apart.
  const mark = rest - uniform * share;
  const result = [0, 0, 0, 0];
  let start = -Math.min(size(largest), share);
  for (const place of [largest, first, second, third]) {
    const end = start + Math.min(size(place), share);
    const isMarked = [mark, mark - share].some((at) => at > start && at <= end);
    const stays = place === largest && size(largest) >= rest;
    if (stays || isMarked) result[place] = Math.sign(group[place] ?? NaN) * Math.max(size(place), share) + 0;
    start = end;
  }
  return result;
}

Deno.test("selectUnbiased24() equals its definition: marks a share apart on magnitudes laid end to end", () => {
  fc.assert(fc.property(matrix(tame, 1, 4), seeds, ({ values, shape }, seed) => {
    const expected = groupsOf(values).map((group, g) => {
      const [index, line] = [g % (shape.cols / 4), Math.floor(g / (shape.cols / 4))];
      return twoOfFour(group, (hash32([seed, index, line]) >>> 8) * 2 ** -24);
    });
    assertEquals(groupsOf(selectUnbiased24(values, shape, { seed })), expected);
  }));
});

Deno.test("selectUnbiased24() along rows equals the transposed problem", () => {
  fc.assert(fc.property(matrix(float32, 4, 1), seeds, ({ values, shape }, seed) => {
    const flipped = { rows: shape.cols, cols: shape.rows };
    const expected = transpose(selectUnbiased24(transpose(values, shape), flipped, { seed }), flipped);
    assertEquals(selectUnbiased24(values, shape, { seed, axis: "rows" }), expected);
  }));
});

/** Groups without rounding: two that hold everything, a largest that stays, four that share, ties, a wide range. */
const GROUPS = Float32Array.of(...[0, 3, 0, -5], ...[8, 1, -2, 1], ...[1, 2, -2, 1], ...[-7, -7, 7, 7], ...[
  ...[1e-3, 1e3, 0, 1],
  ...[2, 2, 3, 0],
]);

/** Means and variances of each element over seeds. */
function moments(count: number): { mean: number; variance: number }[] {
  const sums = new Float64Array(GROUPS.length);
  const squares = new Float64Array(GROUPS.length);
  for (let seed = 0; seed < count; seed++) {
    for (const [i, value] of selectUnbiased24(GROUPS, { rows: 6, cols: 4 }, { seed }).entries()) {
      sums[i] = (sums[i] ?? 0) + value;
      squares[i] = (squares[i] ?? 0) + value * value;
    }
  }
  return [...sums].map((sum, i) => {
    const mean = sum / count;
    return { mean, variance: (squares[i] ?? NaN) / count - mean * mean };
  });
}

/** The share of a group: what the kept stand for. A larger magnitude stays as it is. */
function shareOf(group: readonly number[]): number {
  const most = Math.max(...group.map(Math.abs));
  const rest = group.reduce((sum, value) => sum + Math.abs(value), 0) - most;
  return Math.min(rest, (most + rest) / 2);
}

Deno.test("selectUnbiased24() has the input as its mean over seeds, and the stated variance", () => {
  const count = 40_000;
  for (const [i, { mean, variance }] of moments(count).entries()) {
    const value = GROUPS[i] ?? NaN;
    const share = Math.max(shareOf([...GROUPS.subarray(i - i % 4, i - i % 4 + 4)]), Math.abs(value));
    const product = Math.abs(value) * (share - Math.abs(value));
    // Five standard deviations of the mean; exact where nothing is drawn.
    assertAlmostEquals(mean, value, 5 * Math.sqrt(product / count) + 1e-4 * Math.abs(value), `mean of element ${i}`);
    // The share occurs with probability p: the fourth central moment is that of a coin.
    const p = Math.abs(value) / share;
    const deviation = share * share * Math.sqrt(p * (1 - p) * Math.abs(1 - 4 * p * (1 - p)) / count) || 0;
    assertAlmostEquals(variance, product, 5 * deviation + 1e-3 * value * value, `variance of element ${i}`);
  }
});

Deno.test("selectUnbiased24() has no more variance than one of each pair, |a| times |b| of both", () => {
  const positive = fc.tuple(...[0, 1, 2, 3].map(() => tame.map(Math.abs)));
  fc.assert(fc.property(positive, ([a = 0, b = 0, c = 0, d = 0]) => {
    const share = shareOf([a, b, c, d]);
    const variance = [a, b, c, d].reduce((sum, m) => sum + m * (Math.max(share, m) - m), 0);
    assert(variance <= 2 * (a * b + c * d));
  }));
});

Deno.test("selectUnbiased24() draws for every group alone", () => {
  const shape = { rows: 64, cols: 256 };
  const values = new Float32Array(64 * 256).fill(1);
  const places = (seed: number) =>
    groupsOf(selectUnbiased24(values, shape, { seed })).map((group) => {
      assertEquals(group.filter((value) => value !== 0), [2, 2]);
      return group.findIndex((value) => value !== 0) + 4 * group.findLastIndex((value) => value !== 0);
    });
  const [kept, again] = [places(24), places(25)];
  // Equal magnitudes: elements 0 and 3, or 1 and 2. 4096 fair coins have a standard deviation of 32.
  const outer = kept.filter((both) => both === 12).length;
  assertEquals(kept.filter((both) => both === 9).length, 4096 - outer);
  assert(Math.abs(outer - 2048) < 160, `${outer} of 4096`);
  const changed = kept.filter((both, i) => both !== again[i]).length;
  assert(Math.abs(changed - 2048) < 160, `${changed} of 4096 changed`);
});

Deno.test("selectUnbiased24() decides hazards by rule", () => {
  const shape = { rows: 1, cols: 4 };
  const cases: [number[], number[]][] = [
    [[0, -0, -0, 0], [0, 0, 0, 0]],
    [[-0, -0, -5, -0], [0, 0, -5, 0]],
    [[-5, -0, 0, 5], [-5, 0, 0, 5]],
    [[1e-45, 0, -0, -1e-45], [1e-45, 0, 0, -1e-45]],
    [[0, 1, NaN, 0], [0, 1, NaN, 0]],
    [[0, 1, -Infinity, 0], [0, 1, -Infinity, 0]],
    [[NaN, 1, 2, NaN], [NaN, 0, 0, NaN]],
    [[NaN, NaN, 0, 0], [NaN, 0, NaN, 0]],
    [[1, NaN, Infinity, 2], [0, NaN, Infinity, 0]],
    [[1, Infinity, 2, -Infinity], [0, Infinity, 0, -Infinity]],
    [[3e38, -3e38, 3e38, -3e38], [Infinity, 0, 0, -Infinity]],
    [[2e38, 0, -3e38, 0], [2e38, 0, -3e38, 0]],
  ];
  for (const [values, expected] of cases) {
    for (const seed of [0, 1, 2, 3]) {
      const kept = [...selectUnbiased24(Float32Array.from(values), shape, { seed })];
      assertEquals(kept, [...Float32Array.from(expected)], `${values}, seed ${seed}`);
    }
  }
});

Deno.test("selectUnbiased24() refuses ragged matrices and seeds that are not whole", () => {
  assertEquals(selectUnbiased24(new Float32Array(0), { rows: 0, cols: 8 }, { seed: 1 }), new Float32Array(0));
  assertThrows(
    () => selectUnbiased24(new Float32Array(6), { rows: 1, cols: 6 }, { seed: 1 }),
    TypeError,
    "multiple of 4",
  );
  assertThrows(() => selectUnbiased24(new Float32Array(4), { rows: 2, cols: 4 }, { seed: 1 }), TypeError, "length");
  for (const seed of [NaN, 0.5, Infinity]) {
    assertThrows(
      () => selectUnbiased24(new Float32Array(4), { rows: 1, cols: 4 }, { seed }),
      RangeError,
      `Cannot select as seed must be a whole number: current value is ${seed}`,
    );
  }
});
