import { softThreshold24 } from "@beyond24/sparse24";
import { roundTo } from "../round_to.ts";
import type { DType } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { copiesPackAlike } from "./packed_copies.ts";
import { completedMask, densePacked, expectPacked, keptOf } from "./packed_expectations.ts";

interface ThresholdCase {
  readonly rows: number;
  readonly cols: number;
  readonly axis: "rows" | "cols";
  readonly dtype?: DType;
  readonly scale?: number;
  readonly values?: "uniform" | "quarters";
}

/** S24 of weights that are first rounded to the activation type. */
function thresholded(context: ContractContext, weights: Float32Array, { rows, cols, axis }: ThresholdCase) {
  const rounded = weights.slice();
  roundTo(rounded, context.activation);
  const values = softThreshold24(rounded, { rows, cols }, { axis });
  return { values, kept: keptOf(values, rows, cols, axis) };
}

async function check(context: ContractContext, options: ThresholdCase): Promise<void> {
  const { rows, cols, axis, scale, dtype = "f32" } = options;
  const weights = context.input([rows, cols], context.random[options.values ?? "uniform"](rows * cols), dtype);
  const packed = context.packedOutput(rows, cols, axis);
  context.kernels.softThreshold24({ weights: weights.tensor, packed, ...(scale === undefined ? {} : { scale }) });
  const { values, kept } = thresholded(context, weights.values, options);
  await expectPacked(context, "packed", packed, { values: values.map((value) => value * (scale ?? 1)), kept });
  if (scale !== undefined) return;
  // A difference of two rounded values, rounded once: nothing is left to tolerate.
  const expected = values.slice();
  roundTo(expected, context.activation);
  assertSame(densePacked(await context.readPacked(packed), axis).values, expected, "values to the last bit");
}

/** Flips add up: from the first weights to the second, then from the second to themselves. */
async function countsFlips(context: ContractContext, axis: "rows" | "cols"): Promise<void> {
  const shape = { rows: 36, cols: 52, axis } as const;
  const first = context.input([36, 52], undefined, "f32");
  const second = context.input([36, 52], undefined, "f32");
  const packed = context.packedOutput(36, 52, axis);
  const flips = context.integers([1], [1000]);
  context.kernels.softThreshold24({ weights: first.tensor, packed });
  context.kernels.softThreshold24({ weights: second.tensor, packed, flips });
  context.kernels.softThreshold24({ weights: second.tensor, packed, flips });
  const [before, after] = [first, second].map(({ values }) => {
    const result = thresholded(context, values, shape);
    return completedMask(result.values, result.kept, 36, 52, axis);
  });
  const expected = after?.reduce((count, bit, i) => count + (bit === before?.[i] ? 0 : 1), 1000) ?? NaN;
  await context.expectSame("flips", flips, [expected]);
}

/** The contract of `softThreshold24`. */
export const softThreshold24Contract: KernelContract = [
  { name: "[17, 68] along columns", run: (c) => check(c, { rows: 17, cols: 68, axis: "cols" }) },
  { name: "[68, 17] along rows", run: (c) => check(c, { rows: 68, cols: 17, axis: "rows" }) },
  { name: "[1, 4] along columns", run: (c) => check(c, { rows: 1, cols: 4, axis: "cols" }) },
  { name: "[4, 1] along rows", run: (c) => check(c, { rows: 4, cols: 1, axis: "rows" }) },
  { name: "[128, 256] along columns", run: (c) => check(c, { rows: 128, cols: 256, axis: "cols" }) },
  { name: "[128, 256] along rows", run: (c) => check(c, { rows: 128, cols: 256, axis: "rows" }) },
  ...(["cols", "rows"] as const).flatMap((axis) => [
    {
      name: `ties and zeros along ${axis}`,
      run: (c: ContractContext) => check(c, { rows: 64, cols: 64, axis, values: "quarters" }),
    },
    {
      name: `weights of the activation type along ${axis}`,
      run: (c: ContractContext) => check(c, { rows: 20, cols: 36, axis, dtype: c.activation }),
    },
    { name: `scaled along ${axis}`, run: (c: ContractContext) => check(c, { rows: 20, cols: 36, axis, scale: 1.7 }) },
    { name: `flips along ${axis}`, run: (c: ContractContext) => countsFlips(c, axis) },
    ...([[36, 52], [128, 256]] as const).map((shape) => ({
      name: `weights and their copies, [${shape}] along ${axis}`,
      run: (c: ContractContext) =>
        copiesPackAlike(
          c,
          shape,
          axis,
          (weights, target) => c.kernels.softThreshold24({ weights, scale: 1.25, ...target }),
        ),
    })),
  ]),
];
