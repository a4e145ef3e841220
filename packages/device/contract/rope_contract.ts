import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

interface RopeCase {
  readonly sequences: number;
  readonly sequenceLength: number;
  readonly heads: number;
  readonly headDim: number;
  readonly inverse?: boolean;
  readonly isInPlace?: boolean;
}

async function check(context: ContractContext, shape: RopeCase): Promise<void> {
  const { sequences, sequenceLength, heads, headDim, inverse = false } = shape;
  const tokens = sequences * sequenceLength;
  const half = headDim / 2;
  const x = context.input([tokens, heads * headDim]);
  const angles = Float64Array.from(
    { length: sequenceLength * half },
    (_, i) => Math.floor(i / half) * 10000 ** (-2 * (i % half) / headDim),
  );
  const cosines = context.input([sequenceLength, half], angles.map(Math.cos), "f32");
  const sines = context.input([sequenceLength, half], angles.map(Math.sin), "f32");
  const out = shape.isInPlace ? x.tensor : context.output([tokens, heads * headDim]);
  context.kernels.rope({ x: x.tensor, out, heads, cosines: cosines.tensor, sines: sines.tensor, inverse });
  const expected = Float64Array.from(x.values, (value, i) => {
    const element = i % headDim;
    const position = Math.floor(i / (heads * headDim)) % sequenceLength;
    const angle = position * half + element % half;
    const isFirst = element < half;
    const partner = x.values[isFirst ? i + half : i - half] ?? NaN;
    const sine = (sines.values[angle] ?? NaN) * (isFirst === inverse ? 1 : -1);
    return value * (cosines.values[angle] ?? NaN) + partner * sine;
  });
  await context.expectClose("out", out, expected);
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
];
