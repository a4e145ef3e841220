import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { matrixRows, product, sumOf, transposeMatrix } from "./matrices.ts";
import { givenTokens, orderedTokens } from "./ordered_tokens.ts";
import { checkScaledOperands } from "./scaled_operands.ts";
import { SORTED_ROWS, sortedInput, type SortedRows, sortedSegments, UNALIGNED_ROWS } from "./sorted_rows.ts";

async function check(
  context: ContractContext,
  sorted: SortedRows,
  { isPacked, accumulate, isSorted = true }: { isPacked: boolean; accumulate: boolean; isSorted?: boolean },
): Promise<void> {
  const [features, width] = [44, 20];
  const neurons = sorted.experts * width;
  const dense = sortedInput(context, sorted, width);
  const { argument, sorted: values } = isSorted
    ? givenTokens(sortedInput(context, sorted, features))
    : orderedTokens(context, sorted, features);
  const before = context.input([neurons, features], undefined, "f32");
  const out = accumulate ? before.tensor : context.output([neurons, features], "f32");
  const segments = sortedSegments(context, sorted);
  const packed = isPacked ? context.packedInput(sorted.rows, width, "rows", dense.values) : undefined;
  context.kernels.groupedMatmulWeights({ y: packed?.packed ?? dense.tensor, ...argument, segments, out, accumulate });
  const y = { values: (packed ?? dense).values, rows: sorted.rows, cols: width };
  const tokens = { values, rows: sorted.rows, cols: features };
  const update = Array.from({ length: sorted.experts }, (_, expert) => {
    const [start = 0, end = 0] = sorted.offsets.slice(expert, expert + 2);
    return [...product(transposeMatrix(matrixRows(y, start, end)), matrixRows(tokens, start, end))];
  }).flat();
  await context.expectClose("out", out, accumulate ? sumOf(before.values, update) : update);
}

/** With one expert that has all rows it is the plain product, to the last bit. */
async function equalsMatmul(context: ContractContext): Promise<void> {
  const y = context.input([64, 96]);
  const x = context.input([64, 128]);
  const segments = { offsets: context.integers([2], [0, 64]), align: 64 };
  const grouped = context.output([96, 128], "f32");
  const plain = context.output([96, 128], "f32");
  context.kernels.groupedMatmulWeights({ y: y.tensor, x: x.tensor, segments, out: grouped });
  context.kernels.matmul({ a: y.tensor, b: x.tensor, out: plain, transposeA: true });
  await context.expectSame("out", grouped, await context.read(plain));
}

/** Both operands with a scale of their own. */
async function scaled(context: ContractContext): Promise<void> {
  const [y, x] = [context.packedInput(64, 96, "rows").packed, context.input([64, 128]).tensor];
  const segments = { offsets: context.integers([3], [0, 16, 64]), align: 16 };
  await checkScaledOperands(context, [192, 128], "f32", (out, scale) => {
    context.kernels.groupedMatmulWeights({ y: scale(y), x: scale(x), segments, out });
  });
}

/** The contract of `groupedMatmulWeights`. */
export const groupedMatmulWeightsContract: KernelContract = [
  ...[false, true].flatMap((accumulate) => [
    ...[...SORTED_ROWS, UNALIGNED_ROWS].map((sorted) => ({
      name: `dense, ${sorted.name}${accumulate ? ", accumulate" : ""}`,
      run: (context: ContractContext) => check(context, sorted, { isPacked: false, accumulate }),
    })),
    ...SORTED_ROWS.map((sorted) => ({
      name: `packed activations, ${sorted.name}${accumulate ? ", accumulate" : ""}`,
      run: (context: ContractContext) => check(context, sorted, { isPacked: true, accumulate }),
    })),
    ...SORTED_ROWS.flatMap((sorted) =>
      [false, true].map((isPacked) => ({
        name: `${isPacked ? "packed" : "dense"} activations of tokens as they come, ${sorted.name}${
          accumulate ? ", accumulate" : ""
        }`,
        run: (context: ContractContext) => check(context, sorted, { isPacked, accumulate, isSorted: false }),
      }))
    ),
  ]),
  { name: "one expert equals matmul to the last bit", run: equalsMatmul },
  { name: "operands with a scale", run: scaled },
];
