import { rowRange } from "../tensor.ts";
import type { ContractContext } from "./contract_context.ts";
import { activationExtremes } from "./extremes.ts";
import { EQUAL_ROWS, equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";

async function check(context: ContractContext, tokens: number, width: number, weightType: "f32" | "activation") {
  const x = context.input([tokens, width]);
  const gains = context.input([width], undefined, weightType === "f32" ? "f32" : context.activation);
  const out = context.output([tokens, width]);
  const inverseRms = context.output([tokens], "f32");
  const epsilon = 1e-5;
  context.kernels.rmsNorm({ x: x.tensor, weight: gains.tensor, epsilon, out, inverseRms });
  const inverses = inverseRmsOf(x.values, width, epsilon);
  await context.expectClose("inverseRms", inverseRms, inverses);
  const expected = Float64Array.from(
    x.values,
    (value, i) => value * (inverses[Math.floor(i / width)] ?? NaN) * (gains.values[i % width] ?? NaN),
  );
  await context.expectClose("out", out, expected);
}

/** 1 / sqrt(mean(x²) + epsilon) of every row; NaN where f32 does not hold the sum of the squares. */
export function inverseRmsOf(values: Float32Array, width: number, epsilon: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, t) => {
    const row = values.subarray(t * width, (t + 1) * width);
    const squares = row.reduce((sum, value) => sum + value ** 2, 0);
    return squares <= 2 ** 128 - 2 ** 104 ? 1 / Math.sqrt(squares / width + epsilon) : NaN;
  });
}

/** Rows whose squares do not fit among those whose do: the former are NaN, the latter as ever. */
async function extremeSizes(context: ContractContext, width: number): Promise<void> {
  const { tiny, huge } = activationExtremes(context);
  const sizes = [1, tiny, huge, 1, Infinity, 0, huge, context.activation === "f16" ? 1 : 2 ** 58];
  const values = context.random.uniform(sizes.length * width).map((value, i) => {
    const size = sizes[Math.floor(i / width)] ?? NaN;
    // One infinite element is enough.
    return size === Infinity ? (i % width === width - 1 ? Infinity : value) : value * size;
  });
  const x = context.input([sizes.length, width], values);
  const gains = context.input([width], undefined, "f32");
  const [out, inverseRms] = [context.output([sizes.length, width]), context.output([sizes.length], "f32")];
  context.kernels.rmsNorm({ x: x.tensor, weight: gains.tensor, epsilon: 1e-5, out, inverseRms });
  const inverses = inverseRmsOf(x.values, width, 1e-5);
  for (const [row, inverse] of inverses.entries()) {
    const [actual, actualInverse] = [rowRange(out, row, row + 1), rowRange(inverseRms, row, row + 1)];
    if (Number.isNaN(inverse)) {
      await context.expectSame(`row ${row}`, actual, new Array<number>(width).fill(NaN));
      await context.expectSame(`inverseRms ${row}`, actualInverse, [NaN]);
      continue;
    }
    const expected = Array.from({ length: width }, (_, d) => (x.values[row * width + d] ?? NaN) * inverse);
    await context.expectClose(`row ${row}`, actual, expected.map((value, d) => value * (gains.values[d] ?? NaN)));
    await context.expectClose(`inverseRms ${row}`, actualInverse, [inverse]);
  }
}

/** The sum and what is made of it are, to the bit, those of `add` and of `rmsNorm` of the sum. */
async function afterResidual(context: ContractContext, tokens: number, width: number): Promise<void> {
  const [x, addend] = [context.input([tokens, width]), context.input([tokens, width])];
  const shared = { weight: context.input([width], undefined, "f32").tensor, epsilon: 1e-5 };
  const outputs = () => ({ out: context.output([tokens, width]), inverseRms: context.output([tokens], "f32") });
  const [sum, fused, expectedSum, expected] = [
    context.output([tokens, width]),
    outputs(),
    context.output([tokens, width]),
    outputs(),
  ];
  context.kernels.rmsNorm({ x: x.tensor, residual: { addend: addend.tensor, sum }, ...shared, ...fused });
  context.kernels.add({ a: x.tensor, b: addend.tensor, out: expectedSum });
  context.kernels.rmsNorm({ x: expectedSum, ...shared, ...expected });
  await context.expectSame("sum", sum, await context.read(expectedSum));
  await context.expectSame("out", fused.out, await context.read(expected.out));
  await context.expectSame("inverseRms", fused.inverseRms, await context.read(expected.inverseRms));
}

/** A row of zeros stays zero: epsilon keeps the division finite. */
async function zeroRow(context: ContractContext): Promise<void> {
  const x = context.input([1, 24], new Float32Array(24));
  const gains = context.input([24]);
  const out = context.output([1, 24]);
  const inverseRms = context.output([1], "f32");
  context.kernels.rmsNorm({ x: x.tensor, weight: gains.tensor, epsilon: 1e-4, out, inverseRms });
  await context.expectClose("inverseRms", inverseRms, [100]);
  await context.expectSame("out", out, new Float32Array(24));
}

async function equalRows(context: ContractContext): Promise<void> {
  for (const rows of EQUAL_ROWS) {
    const x = equalInput(context, rows, [70]).tensor;
    const [out, inverseRms] = [context.output([rows, 70]), context.output([rows], "f32")];
    const weight = context.input([70], undefined, "f32").tensor;
    context.kernels.rmsNorm({ x, weight, epsilon: 1e-5, out, inverseRms });
    await expectEqualRows(context, "out", out, rows);
    await expectEqualRows(context, "inverseRms", inverseRms, rows);
  }
}

/** The contract of `rmsNorm`. */
export const rmsNormContract: KernelContract = [
  { name: "3 tokens of width 257", run: (context) => check(context, 3, 257, "f32") },
  { name: "1 token of width 1", run: (context) => check(context, 1, 1, "f32") },
  { name: "65 tokens of width 64", run: (context) => check(context, 65, 64, "f32") },
  {
    name: "17 tokens of width 1030, gains of the activation type",
    run: (context) => check(context, 17, 1030, "activation"),
  },
  { name: "3 tokens of width 257 after a residual connection", run: (context) => afterResidual(context, 3, 257) },
  { name: "65 tokens of width 2304 after a residual connection", run: (context) => afterResidual(context, 65, 2304) },
  { name: "a row of zeros", run: zeroRow },
  { name: "rows whose squares do not fit", run: (context) => extremeSizes(context, 24) },
  { name: "rows of 257 whose squares do not fit", run: (context) => extremeSizes(context, 257) },
  { name: "equal rows give equal bits", run: equalRows },
];
