import type { Kernels } from "@beyond24/device";
import { EXPERTS, type GoldenCase, type ImaginaryMemory, TOKENS, WIDTH } from "./_case.ts";
import { PRODUCT_CASES } from "./_product_cases.ts";
import { SELECTION_CASES } from "./_selection_cases.ts";

/** Attention forwards and backwards, with heads of a width. */
function attention(name: string, headDim: number): GoldenCase[] {
  const shape = { sequences: 2, sequenceLength: 32, heads: 4, keyValueHeads: 2, headDim };
  const inputs = ({ dtype, tensor }: ImaginaryMemory) => {
    const [rows, width, keyWidth] = [64, 4 * headDim, 2 * headDim];
    const keys = () => tensor(dtype, [rows, keyWidth]);
    const [q, k, v, out] = [tensor(dtype, [rows, width]), keys(), keys(), tensor(dtype, [rows, width])];
    return { q, k, v, shape, out, logSumExp: tensor("f32", [2, 4, 32]) };
  };
  return [
    { name: `attention ${name}`, varies: "attention", run: (kernels, memory) => kernels.attention(inputs(memory)) },
    {
      name: `attentionBackward ${name}`,
      varies: "attention",
      run: (kernels, memory) => {
        const [forward, { q, k, v, out }] = [inputs(memory), inputs(memory)];
        kernels.attentionBackward({ forward, dOut: out, dQ: q, dK: k, dV: v });
      },
    },
  ];
}

/** Two calls of kernels over elements, four at a time and one. */
function elements(name: string, run: (kernels: Kernels, memory: ImaginaryMemory, width: number) => void): GoldenCase[] {
  return [32, 33].map((width) => ({
    name: `${name} ${width} wide`,
    run: (kernels, memory) => run(kernels, memory, width),
  }));
}

const ROUTING: readonly GoldenCase[] = [
  {
    name: "routeTokens",
    varies: "matmul",
    run: (kernels, { dtype, tensor }) =>
      kernels.routeTokens({
        x: tensor(dtype, [TOKENS, WIDTH]),
        means: tensor("f32", [EXPERTS, WIDTH]),
        experts: tensor("i32", [TOKENS, 1]),
      }),
  },
];

const ROWS: readonly GoldenCase[] = [
  ...[true, false].map((hasResidual): GoldenCase => ({
    name: `rmsNorm${hasResidual ? " of a sum" : ""}`,
    run: (kernels, { dtype, tensor }) => {
      const x = () => tensor(dtype, [TOKENS, WIDTH]);
      const residual = hasResidual ? { residual: { addend: x(), sum: x() } } : {};
      const [weight, inverseRms] = [tensor("f32", [WIDTH]), tensor("f32", [TOKENS])];
      kernels.rmsNorm({ x: x(), ...residual, weight, epsilon: 1e-5, out: x(), inverseRms });
    },
  })),
  ...[true, false].map((accumulate): GoldenCase => ({
    name: `rmsNormBackward${accumulate ? " added" : ""}`,
    run: (kernels, { dtype, tensor }) => {
      const x = () => tensor(dtype, [TOKENS, WIDTH]);
      const [weight, dWeight, inverseRms] = [tensor("f32", [WIDTH]), tensor("f32", [WIDTH]), tensor("f32", [TOKENS])];
      kernels.rmsNormBackward({ x: x(), weight, inverseRms, dOut: x(), dX: x(), accumulate, dWeight });
    },
  })),
  ...elements("rope", (kernels, { dtype, tensor }, width) =>
    kernels.rope({
      x: tensor(dtype, [TOKENS, 4 * width]),
      out: tensor(dtype, [TOKENS, 4 * width]),
      heads: 2,
      cosines: tensor("f32", [32, width]),
      sines: tensor("f32", [32, width]),
    })),
  ...elements("rope at positions,", (kernels, { dtype, tensor }, width) =>
    kernels.rope({
      x: tensor(dtype, [TOKENS, 4 * width]),
      out: tensor(dtype, [TOKENS, 4 * width]),
      heads: 2,
      cosines: tensor("f32", [32, width]),
      sines: tensor("f32", [32, width]),
      positions: tensor("i32", [TOKENS]),
    })),
  ...[8, 6].map((headDim): GoldenCase => ({
    name: `cachedAttention heads of ${headDim}`,
    run: (kernels, { dtype, tensor }) =>
      kernels.cachedAttention({
        q: tensor(dtype, [3, 4 * headDim]),
        keys: tensor(dtype, [TOKENS, 2 * headDim]),
        values: tensor(dtype, [TOKENS, 2 * headDim]),
        places: tensor("i32", [3]),
        shape: { sequences: 2, sequenceLength: 32, heads: 4, keyValueHeads: 2, headDim },
        out: tensor(dtype, [3, 4 * headDim]),
      }),
  })),
  ...["without gradient", "gradient", "gradient and factor"].map((name, n): GoldenCase => ({
    name: `crossEntropy ${name}`,
    run: (kernels, { dtype, tensor }) =>
      kernels.crossEntropy({
        logits: tensor(dtype, [TOKENS, 100]),
        targets: tensor("i32", [TOKENS]),
        losses: tensor("f32", [TOKENS]),
        ...(n > 0 ? { dLogits: tensor(dtype, [TOKENS, 100]) } : {}),
        ...(n > 1 ? { factor: tensor("f32", [1]) } : {}),
      }),
  })),
];

const ELEMENTS: readonly GoldenCase[] = [
  ...elements("copy", (kernels, { dtype, tensor }, width) => {
    kernels.copy({ x: tensor("f32", [3, width]), out: tensor(dtype, [3, width]) });
  }),
  ...elements("fill", (kernels, { dtype, tensor }, width) => {
    kernels.fill({ out: tensor(dtype, [width]), value: 1 });
    kernels.fill({ out: tensor("i32", [width]), value: 1 });
  }),
];

const SUMS: readonly GoldenCase[] = [
  ...elements(
    "sum",
    (kernels, { tensor }, width) => kernels.sum({ x: tensor("f32", [width]), out: tensor("f32", [1]) }),
  ),
  {
    name: "sum added, with a factor",
    run: (kernels, { tensor }) =>
      kernels.sum({
        x: tensor("f32", [WIDTH]),
        out: tensor("f32", [1]),
        factor: tensor("f32", [1]),
        scale: 2,
        accumulate: true,
      }),
  },
  ...elements(
    "squaredNorm",
    (kernels, { tensor }, width) =>
      kernels.squaredNorm({ tensors: [tensor("f32", [width]), tensor("f32", [8, 4])], out: tensor("f32", [1]) }),
  ),
  {
    name: "recordRow",
    run: (kernels, { tensor }) =>
      kernels.recordRow({
        values: [tensor("f32", [1]), tensor("i32", [4])],
        ring: tensor("f32", [8, 5]),
        cursor: tensor("i32", [1]),
      }),
  },
  ...[undefined, "copy", "2:4", "2:4 soft"].map((extra): GoldenCase => ({
    name: `adamW${extra === undefined ? "" : ` ${extra}`}`,
    run: (kernels, { dtype, tensor, packed }) => {
      const x = () => tensor("f32", [64, WIDTH]);
      const isPacked = extra === "2:4" || extra === "2:4 soft";
      kernels.adamW({
        weight: x(),
        gradient: x(),
        mean: x(),
        variance: x(),
        ...(extra === "copy" ? { copy: tensor(dtype, [64, WIDTH]) } : {}),
        ...(isPacked ? { pack: { format: extra, packed: packed(64, WIDTH, "cols"), flips: tensor("i32", [1]) } } : {}),
        gradientFactor: tensor("f32", [1]),
        schedule: tensor("f32", [3]),
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        weightDecay: 0.1,
      });
    },
  })),
];

/** Calls of the kernels whose texts have several forms, in each of them. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  ...PRODUCT_CASES,
  ...SELECTION_CASES,
  ...ROUTING,
  ...ROWS,
  ...attention("heads of 8", 8),
  ...attention("ragged heads", 6),
  ...ELEMENTS,
  ...SUMS,
];
