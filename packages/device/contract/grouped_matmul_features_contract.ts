import type { ContractContext } from "./contract_context.ts";
import { equalExpertRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { rowRange } from "../tensor.ts";
import { matrixRows, product } from "./matrices.ts";
import { checkScaledOperands } from "./scaled_operands.ts";
import {
  LARGE_ROWS,
  SORTED_ROWS,
  sortedInput,
  type SortedRows,
  sortedSegments,
  UNALIGNED_ROWS,
} from "./sorted_rows.ts";

async function check(
  context: ContractContext,
  sorted: SortedRows,
  sparse: "none" | "activations" | "weights",
): Promise<void> {
  const [features, width] = [44, 20];
  const neurons = sorted.experts * width;
  const denseY = sortedInput(context, sorted, width);
  const packedY = context.packedInput(sorted.rows, width, "cols", denseY.values);
  const denseWeights = context.input([neurons, features]);
  const packedWeights = context.packedInput(neurons, features, "rows");
  const segments = sortedSegments(context, sorted);
  const out = context.output([sorted.rows, features]);
  context.kernels.groupedMatmulFeatures({
    y: sparse === "activations" ? packedY.packed : denseY.tensor,
    weights: sparse === "weights" ? packedWeights.packed : denseWeights.tensor,
    segments,
    out,
  });
  const y = { values: (sparse === "activations" ? packedY : denseY).values, rows: sorted.rows, cols: width };
  const weights = {
    values: (sparse === "weights" ? packedWeights : denseWeights).values,
    rows: neurons,
    cols: features,
  };
  const expected = Array.from({ length: sorted.experts }, (_, expert) => {
    const cluster = matrixRows(weights, expert * width, (expert + 1) * width);
    return [...product(matrixRows(y, sorted.offsets[expert] ?? 0, sorted.offsets[expert + 1] ?? 0), cluster)];
  }).flat();
  await context.expectRows("out", out, expected, sorted.used);
}

/**
 * With a row map it is the product followed by a scatter, to the last bit. The last row of a segment is padding, the
 * one before it a token, and both are zero; padding inside of a segment is not.
 */
async function scatters(
  context: ContractContext,
  sorted: SortedRows,
  sparse: "none" | "activations" | "weights",
): Promise<void> {
  const [features, width] = [132, 36];
  const neurons = sorted.experts * width;
  const values = sortedInput(context, sorted, width).values;
  for (const end of sorted.offsets.slice(1)) values.fill(0, Math.max(0, end - 2) * width, end * width);
  const operands = {
    y: sparse === "activations"
      ? context.packedInput(sorted.rows, width, "cols", values).packed
      : context.input([sorted.rows, width], values).tensor,
    weights: sparse === "weights"
      ? context.packedInput(neurons, features, "rows").packed
      : context.input([neurons, features]).tensor,
    segments: sortedSegments(context, sorted),
  };
  const rows = tokenRows(context, sorted);
  const rowMap = new Int32Array(sorted.rows).fill(-1);
  rows.forEach((row, token) => rowMap[row] = token);
  // One row more, which stays.
  const mapped = context.output([rows.length + 1, features]);
  const separate = context.output([rows.length + 1, features]);
  const product = context.output([sorted.rows, features]);
  context.kernels.groupedMatmulFeatures({ ...operands, rowMap: context.integers([sorted.rows], rowMap), out: mapped });
  context.kernels.groupedMatmulFeatures({ ...operands, out: product });
  if (rows.length > 0) {
    const [positions, out] = [context.integers([rows.length, 1], rows), rowRange(separate, 0, rows.length)];
    context.kernels.scatterRows({ x: product, positions, out });
  }
  await context.expectSame("out", mapped, await context.read(separate));
}

/** The sorted row of every token: those that are not padding, in a random order. */
function tokenRows({ random }: ContractContext, { offsets, used }: SortedRows): readonly number[] {
  const rows = Array.from({ length: used }, (_, row) => row)
    .filter((row) => row % 5 !== 3 && !offsets.includes(row + 1));
  return [...random.shuffled(rows.length)].map((i) => rows[i] ?? 0);
}

/** With one expert that has all rows it is the plain product, to the last bit. */
async function equalsMatmul(context: ContractContext): Promise<void> {
  const y = context.input([64, 96]);
  const weights = context.input([96, 128]);
  const segments = { offsets: context.integers([2], [0, 64]), align: 64 };
  const grouped = context.output([64, 128]);
  const plain = context.output([64, 128]);
  context.kernels.groupedMatmulFeatures({ y: y.tensor, weights: weights.tensor, segments, out: grouped });
  context.kernels.matmul({ a: y.tensor, b: weights.tensor, out: plain });
  await context.expectSame("out", grouped, await context.read(plain));
}

/** Both operands with a scale of their own. */
async function scaled(context: ContractContext): Promise<void> {
  const [y, weights] = [context.packedInput(64, 96, "cols").packed, context.input([192, 128]).tensor];
  const segments = { offsets: context.integers([3], [0, 16, 64]), align: 16 };
  await checkScaledOperands(context, [64, 128], context.activation, (out, scale) => {
    context.kernels.groupedMatmulFeatures({ y: scale(y), weights: scale(weights), segments, out });
  });
}

/** See {@linkcode equalExpertRows}. */
async function equalRows(context: ContractContext): Promise<void> {
  await equalExpertRows(context, (rows, product) => context.kernels.groupedMatmulFeatures({ y: rows, ...product }));
}

/** The contract of `groupedMatmulFeatures`. */
export const groupedMatmulFeaturesContract: KernelContract = [
  ...[...SORTED_ROWS, UNALIGNED_ROWS].map((sorted) => ({
    name: `dense, ${sorted.name}`,
    run: (context: ContractContext) => check(context, sorted, "none"),
  })),
  ...SORTED_ROWS.flatMap((sorted) =>
    (["activations", "weights"] as const).map((sparse) => ({
      name: `packed ${sparse}, ${sorted.name}`,
      run: (context: ContractContext) => check(context, sorted, sparse),
    }))
  ),
  ...[...SORTED_ROWS, UNALIGNED_ROWS, LARGE_ROWS].map((sorted) => ({
    name: `row map, dense, ${sorted.name}`,
    run: (context: ContractContext) => scatters(context, sorted, "none"),
  })),
  ...[...SORTED_ROWS, LARGE_ROWS].flatMap((sorted) =>
    (["activations", "weights"] as const).map((sparse) => ({
      name: `row map, packed ${sparse}, ${sorted.name}`,
      run: (context: ContractContext) => scatters(context, sorted, sparse),
    }))
  ),
  { name: "one expert equals matmul to the last bit", run: equalsMatmul },
  { name: "operands with a scale", run: scaled },
  { name: "equal rows give equal bits", run: equalRows },
];
