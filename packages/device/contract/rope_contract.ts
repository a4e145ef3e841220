import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { expectCloseOrNaN } from "./outside.ts";

interface RopeCase {
  readonly sequences: number;
  readonly sequenceLength: number;
  readonly heads: number;
  readonly headDim: number;
  readonly inverse?: boolean;
  readonly isInPlace?: boolean;
  /** Where the tokens stand; B · S of them otherwise, one after the other. */
  readonly positions?: readonly number[];
}

async function check(context: ContractContext, shape: RopeCase): Promise<void> {
  const { sequences, sequenceLength, heads, headDim, inverse = false } = shape;
  const positions = shape.positions ?? Array.from({ length: sequences * sequenceLength }, (_, token) => token);
  const tokens = positions.length;
  const half = headDim / 2;
  const x = context.input([tokens, heads * headDim]);
  const angles = Float64Array.from(
    { length: sequenceLength * half },
    (_, i) => Math.floor(i / half) * 10000 ** (-2 * (i % half) / headDim),
  );
  const cosines = context.input([sequenceLength, half], angles.map(Math.cos), "f32");
  const sines = context.input([sequenceLength, half], angles.map(Math.sin), "f32");
  const out = shape.isInPlace ? x.tensor : context.output([tokens, heads * headDim]);
  context.kernels.rope({
    ...{ x: x.tensor, out, heads, cosines: cosines.tensor, sines: sines.tensor, inverse },
    ...(shape.positions === undefined ? {} : { positions: context.integers([tokens], positions) }),
  });
  const expected = Float64Array.from(x.values, (value, i) => {
    const element = i % headDim;
    const position = positions[Math.floor(i / (heads * headDim))] ?? NaN;
    const angle = position < 0 ? NaN : position % sequenceLength * half + element % half;
    const isFirst = element < half;
    const partner = x.values[isFirst ? i + half : i - half] ?? NaN;
    const sine = (sines.values[angle] ?? NaN) * (isFirst === inverse ? 1 : -1);
    return value * (cosines.values[angle] ?? NaN) + partner * sine;
  });
  await expectCloseOrNaN(context, "out", out, expected);
}

/** The contract of `rope`. */
export const ropeContract: KernelContract = [
  {
    name: "2 × 17 tokens, 3 heads of 12",
    run: (c) => check(c, { sequences: 2, sequenceLength: 17, heads: 3, headDim: 12 }),
  },
  { name: "1 token, 1 head of 2", run: (c) => check(c, { sequences: 1, sequenceLength: 1, heads: 1, headDim: 2 }) },
  {
    name: "in place",
    run: (c) => check(c, { sequences: 3, sequenceLength: 33, heads: 2, headDim: 64, isInPlace: true }),
  },
  {
    name: "inverse",
    run: (c) => check(c, { sequences: 1, sequenceLength: 65, heads: 5, headDim: 16, inverse: true }),
  },
  {
    name: "inverse, in place",
    run: (c) => check(c, { sequences: 2, sequenceLength: 9, heads: 4, headDim: 32, inverse: true, isInPlace: true }),
  },
  {
    name: "given positions, some behind the tables",
    run: (c) =>
      check(c, {
        ...{ sequences: 3, sequenceLength: 17, heads: 2, headDim: 16 },
        positions: [5, 0, 16, 17, 50, 34, 3],
      }),
  },
  {
    name: "given positions, in place, heads of 6",
    run: (c) =>
      check(c, { ...{ sequences: 1, sequenceLength: 9, heads: 3, headDim: 6 }, positions: [8, 4], isInPlace: true }),
  },
  {
    name: "positions that there are not",
    run: (c) =>
      check(c, { ...{ sequences: 1, sequenceLength: 5, heads: 2, headDim: 8 }, positions: [4, -1, 2, -(2 ** 31), 0] }),
  },
];
