import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";
import { SORTED_ROWS, type SortedRows, sortedSegments, UNALIGNED_ROWS } from "./sorted_rows.ts";

/** Sizes of a case. */
interface ClusterCase {
  /** T. */
  readonly tokens: number;
  /** C. */
  readonly width: number;
  /** k. */
  readonly replicas: number;
}

/** What a row must hold: a part of a token, zeros for padding and behind the last segment, NaN for no token at all. */
function expectedRows(
  x: Float32Array,
  order: Int32Array,
  { offsets, experts }: Pick<SortedRows, "offsets" | "experts">,
  { tokens, width, replicas }: ClusterCase,
): number[] {
  return Array.from(order, (replica, row) => {
    const expert = offsets.findLastIndex((offset) => offset <= row);
    const token = Math.floor(replica / replicas);
    if (replica < 0 || expert >= experts) return new Array<number>(width).fill(0);
    if (token >= tokens) return new Array<number>(width).fill(NaN);
    const first = (token * experts + expert) * width;
    return [...x.subarray(first, first + width)];
  }).flat();
}

/** Every fifth row of a segment is padding; what stands behind the last segment may be any row. */
async function check(context: ContractContext, sorted: SortedRows, sizes: ClusterCase): Promise<void> {
  const { tokens, width, replicas } = sizes;
  const { rows, experts } = sorted;
  const x = context.input([tokens, experts * width]);
  const order = context.random.integers(rows, tokens * replicas).map((replica, row) => row % 5 === 4 ? -1 : replica);
  const out = context.output([rows, width]);
  context.kernels.gatherClusters({
    x: x.tensor,
    order: context.integers([rows], order),
    segments: sortedSegments(context, sorted),
    out,
    ...(replicas === 1 ? {} : { replicas }),
  });
  await context.expectSame("out", out, expectedRows(x.values, order, sorted, sizes));
}

/** A row that is not there is NaN and not a neighbour's; what is negative is padding. */
async function outsideOfRows(context: ContractContext, width: number): Promise<void> {
  const sizes = { tokens: 3, width, replicas: 2 };
  const order = Int32Array.from([0, ...outside(6), 5]);
  const sorted = { offsets: [0, 2, 5, order.length], experts: 3 };
  const x = surrounded(context, [3, 3 * width]);
  const out = context.output([order.length, width]);
  context.kernels.gatherClusters({
    x: x.tensor,
    order: context.integers([order.length], order),
    replicas: sizes.replicas,
    segments: { offsets: context.integers([4], sorted.offsets), align: 1 },
    out,
  });
  await context.expectSame("out", out, expectedRows(x.values, order, sorted, sizes));
}

/** The contract of `gatherClusters`. */
export const gatherClustersContract: KernelContract = [
  ...[...SORTED_ROWS, UNALIGNED_ROWS].map((sorted) => ({
    name: sorted.name,
    run: (context: ContractContext) => check(context, sorted, { tokens: 33, width: 36, replicas: 1 }),
  })),
  {
    name: "two replicas, clusters of 7",
    run: (context) => check(context, UNALIGNED_ROWS, { tokens: 9, width: 7, replicas: 2 }),
  },
  {
    name: "four replicas, clusters of 128",
    run: (context) => check(context, UNALIGNED_ROWS, { tokens: 9, width: 128, replicas: 4 }),
  },
  { name: "rows that are not there, clusters of 12", run: (context) => outsideOfRows(context, 12) },
  { name: "rows that are not there, clusters of 7", run: (context) => outsideOfRows(context, 7) },
];
