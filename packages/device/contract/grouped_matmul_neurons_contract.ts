import type { ContractContext } from "./contract_context.ts";
import { equalExpertRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { matrixRows, product, transposeMatrix } from "./matrices.ts";
import { givenTokens, orderedTokens } from "./ordered_tokens.ts";
import { checkScaledOperands } from "./scaled_operands.ts";
import { SORTED_ROWS, sortedInput, type SortedRows, sortedSegments, UNALIGNED_ROWS } from "./sorted_rows.ts";

async function check(
  context: ContractContext,
  sorted: SortedRows,
  { isPacked, isSorted }: { isPacked: boolean; isSorted: boolean },
): Promise<void> {
  const [features, width] = [44, 20];
  const neurons = sorted.experts * width;
  const { argument, sorted: values } = isSorted
    ? givenTokens(sortedInput(context, sorted, features))
    : orderedTokens(context, sorted, features);
  const dense = context.input([neurons, features]);
  const packed = context.packedInput(neurons, features, "cols");
  const segments = sortedSegments(context, sorted);
  const out = context.output([sorted.rows, width]);
  context.kernels.groupedMatmulNeurons({
    ...argument,
    weights: isPacked ? packed.packed : dense.tensor,
    segments,
    out,
  });
  const tokens = { values, rows: sorted.rows, cols: features };
  const weights = { values: (isPacked ? packed : dense).values, rows: neurons, cols: features };
  const expected = Array.from({ length: sorted.experts }, (_, expert) => {
    const cluster = matrixRows(weights, expert * width, (expert + 1) * width);
    const segment = matrixRows(tokens, sorted.offsets[expert] ?? 0, sorted.offsets[expert + 1] ?? 0);
    return [...product(segment, transposeMatrix(cluster))];
  }).flat();
  await context.expectRows("out", out, expected, sorted.used);
}

/** With one expert that has all rows it is the plain product, to the last bit. */
async function equalsMatmul(context: ContractContext): Promise<void> {
  const x = context.input([64, 96]);
  const weights = context.input([128, 96]);
  const segments = { offsets: context.integers([2], [0, 64]), align: 64 };
  const grouped = context.output([64, 128]);
  const plain = context.output([64, 128]);
  context.kernels.groupedMatmulNeurons({ x: x.tensor, weights: weights.tensor, segments, out: grouped });
  context.kernels.matmul({ a: x.tensor, b: weights.tensor, out: plain, transposeB: true });
  await context.expectSame("out", grouped, await context.read(plain));
}

/** Both operands with a scale of their own. */
async function scaled(context: ContractContext): Promise<void> {
  const [x, weights] = [context.input([64, 96]).tensor, context.packedInput(128, 96, "cols").packed];
  const segments = { offsets: context.integers([3], [0, 16, 64]), align: 16 };
  await checkScaledOperands(context, [64, 64], context.activation, (out, scale) => {
    context.kernels.groupedMatmulNeurons({ x: scale(x), weights: scale(weights), segments, out });
  });
}

/** See {@linkcode equalExpertRows}. */
async function equalRows(context: ContractContext): Promise<void> {
  await equalExpertRows(context, (rows, product) => context.kernels.groupedMatmulNeurons({ x: rows, ...product }));
}

/** The contract of `groupedMatmulNeurons`. */
export const groupedMatmulNeuronsContract: KernelContract = [
  ...[...SORTED_ROWS, UNALIGNED_ROWS].map((sorted) => ({
    name: `dense, ${sorted.name}`,
    run: (context: ContractContext) => check(context, sorted, { isPacked: false, isSorted: true }),
  })),
  ...SORTED_ROWS.map((sorted) => ({
    name: `packed weights, ${sorted.name}`,
    run: (context: ContractContext) => check(context, sorted, { isPacked: true, isSorted: true }),
  })),
  ...SORTED_ROWS.flatMap((sorted) =>
    [false, true].map((isPacked) => ({
      name: `tokens as they come, ${isPacked ? "packed" : "dense"} weights, ${sorted.name}`,
      run: (context: ContractContext) => check(context, sorted, { isPacked, isSorted: false }),
    }))
  ),
  { name: "one expert equals matmul to the last bit", run: equalsMatmul },
  { name: "operands with a scale", run: scaled },
  { name: "equal rows give equal bits", run: equalRows },
];
