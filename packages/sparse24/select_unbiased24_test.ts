import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bitsOf, fc, float32, matrix, tame, transpose } from "./_testing.ts";
import { hash32 } from "./hash32.ts";
import { is24 } from "./is24.ts";
import { selectUnbiased24 } from "./select_unbiased24.ts";

const seeds = fc.integer({ min: 0, max: 0xffffffff });

Deno.test("selectUnbiased24() is 2:4, keeps sums of pairs, never gives -0 and leaves its input alone", () => {
  fc.assert(fc.property(matrix(float32, 1, 4), seeds, ({ values, shape }, seed) => {
    const before = bitsOf(values);
    const kept = selectUnbiased24(values, shape, { seed });
    assert(is24(kept, shape));
    assert(kept.every((value) => !Object.is(value, -0)));
    for (let i = 0; i < kept.length; i += 2) {
      const [sum, stored] = [values, kept].map((v) => Math.fround(Math.abs(v[i] ?? 0) + Math.abs(v[i + 1] ?? 0)));
      assertEquals(stored, sum);
      assert(kept[i] === 0 || kept[i + 1] === 0, "one of a pair");
    }
    assertEquals(bitsOf(values), before);
  }));
});

Deno.test("selectUnbiased24() equals its definition, bit for bit", () => {
  fc.assert(fc.property(matrix(tame, 1, 4), seeds, ({ values, shape }, seed) => {
    const expected = new Float32Array(values.length);
    for (let i = 0; i < values.length; i += 2) {
      const [a = 0, b = 0] = [values[i], values[i + 1]];
      const line = Math.floor(i / shape.cols);
      const u = (hash32([seed, (i % shape.cols) / 2, line]) >>> 8) * 2 ** -24;
      const s = Math.fround(Math.abs(a) + Math.abs(b));
      const first = b === 0 || Math.fround(u * s) < Math.abs(a);
      expected[i + (first ? 0 : 1)] = s === 0 ? 0 : Math.sign(first ? a : b) * s;
    }
    assertEquals(bitsOf(selectUnbiased24(values, shape, { seed })), bitsOf(expected));
  }));
});

Deno.test("selectUnbiased24() along rows equals the transposed problem", () => {
  fc.assert(fc.property(matrix(float32, 4, 1), seeds, ({ values, shape }, seed) => {
    const flipped = { rows: shape.cols, cols: shape.rows };
    const expected = transpose(selectUnbiased24(transpose(values, shape), flipped, { seed }), flipped);
    assertEquals(selectUnbiased24(values, shape, { seed, axis: "rows" }), expected);
  }));
});

Deno.test("selectUnbiased24() has the input as its mean over seeds, and the least variance: |a| times |b|", () => {
  const values = Float32Array.of(3, 1, 0, -5, -0.25, 8, 1, -1, 1e-3, 1e3, -7, -7);
  const shape = { rows: 3, cols: 4 };
  const count = 40_000;
  const sums = new Float64Array(values.length);
  const squares = new Float64Array(values.length);
  for (let seed = 0; seed < count; seed++) {
    for (const [i, value] of selectUnbiased24(values, shape, { seed }).entries()) {
      sums[i] = (sums[i] ?? 0) + value;
      squares[i] = (squares[i] ?? 0) + value * value;
    }
  }
  for (const [i, value] of values.entries()) {
    const product = Math.abs(value * (values[i ^ 1] ?? 0));
    const mean = (sums[i] ?? 0) / count;
    // Five standard deviations of the mean; exact beside a zero.
    assertAlmostEquals(mean, value, 5 * Math.sqrt(product / count) + 1e-12, `mean of element ${i}`);
    const variance = (squares[i] ?? 0) / count - mean * mean;
    // The kept value s occurs with probability p: the fourth central moment is that of a coin.
    const s = Math.abs(value) + Math.abs(values[i ^ 1] ?? 0);
    const p = Math.abs(value) / s;
    const deviation = s * s * Math.sqrt(p * (1 - p) * Math.abs(1 - 4 * p * (1 - p)) / count);
    assertAlmostEquals(variance, product, 5 * deviation + 1e-4 * product, `variance of element ${i}`);
  }
});

Deno.test("selectUnbiased24() draws for every pair alone", () => {
  const shape = { rows: 64, cols: 256 };
  const values = new Float32Array(64 * 256).fill(1);
  const kept = selectUnbiased24(values, shape, { seed: 24 });
  const firsts = kept.filter((value, i) => i % 2 === 0 && value !== 0).length;
  // 8192 fair coins: a standard deviation is 45.
  assert(Math.abs(firsts - 4096) < 225, `${firsts} of 8192`);
  const again = selectUnbiased24(values, shape, { seed: 25 });
  const changed = kept.filter((value, i) => i % 2 === 0 && value !== again[i]).length;
  assert(Math.abs(changed - 4096) < 225, `${changed} of 8192 changed`);
});

Deno.test("selectUnbiased24() decides hazards by rule", () => {
  const shape = { rows: 1, cols: 4 };
  const cases: [number[], number[]][] = [
    [[0, -0, -0, 0], [0, 0, 0, 0]],
    [[-5, -0, 0, 5], [-5, 0, 0, 5]],
    [[1e-45, 0, -0, -1e-45], [1e-45, 0, 0, -1e-45]],
    [[NaN, 1, 2, NaN], [0, NaN, 0, NaN]],
    [[NaN, 0, 0, NaN], [NaN, 0, 0, NaN]],
    [[Infinity, -1, 2, -Infinity], [0, -Infinity, 0, -Infinity]],
    [[-Infinity, 0, 0, -Infinity], [-Infinity, 0, 0, -Infinity]],
    [[3e38, 3e38, -3e38, -3e38], [0, Infinity, 0, -Infinity]],
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
