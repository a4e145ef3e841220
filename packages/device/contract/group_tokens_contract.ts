import { groupTokens } from "@beyond24/routing";
import { sortedCapacity } from "../kernels/routing.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surroundedIntegers } from "./outside.ts";

interface GroupCase {
  readonly tokens: number;
  readonly topK: number;
  readonly experts: number;
  readonly align: number;
  readonly spread?: boolean;
  /** The expert of every replica; random ones when left out. */
  readonly expertOf?: (replica: number) => number;
}

async function check(
  context: ContractContext,
  { tokens, topK, experts, align, spread = false, expertOf }: GroupCase,
): Promise<void> {
  const replicas = tokens * topK;
  const random = context.random.integers(replicas, experts);
  const chosen = expertOf ? random.map((_, replica) => expertOf(replica)) : random;
  const capacity = sortedCapacity(replicas, experts, align);
  const order = context.output([capacity], "i32");
  const positions = context.output([tokens, topK], "i32");
  const segments = { offsets: context.output([experts + 1], "i32"), align };
  const counts = context.output([experts], "i32");
  const input = context.integers([tokens, topK], chosen);
  context.kernels.groupTokens({ experts: input, order, positions, segments, counts, spread });

  const groups = groupTokens(chosen, { experts, align, spread });
  const expectedOrder = new Int32Array(capacity).fill(-1);
  expectedOrder.set(groups.order);
  await context.expectSame("offsets", segments.offsets, groups.offsets);
  await context.expectSame("order", order, expectedOrder);
  await context.expectSame("positions", positions, random.map((_, replica) => expectedOrder.indexOf(replica)));
  const sizes = Array.from({ length: experts }, (_, expert) => chosen.filter((choice) => choice === expert).length);
  await context.expectSame("counts", counts, sizes);
}

/** Replicas of experts that there are not get no row, and nothing beside the results is written. */
async function outsideOfExperts(context: ContractContext): Promise<void> {
  const [experts, align] = [3, 4];
  const chosen = [2, ...outside(experts), 0, ...outside(experts), 2];
  const capacity = sortedCapacity(chosen.length, experts, align);
  const [order, positions, offsets, counts] = [[capacity], [chosen.length, 1], [experts + 1], [experts]]
    .map((shape) => surroundedIntegers(context, shape));
  if (!order || !positions || !offsets || !counts) throw new Error("Four results");
  context.kernels.groupTokens({
    experts: context.integers([chosen.length, 1], chosen),
    order: order.tensor,
    positions: positions.tensor,
    segments: { offsets: offsets.tensor, align },
    counts: counts.tensor,
  });
  const expectedOrder = new Int32Array(capacity).fill(-1);
  expectedOrder.set([7], 0);
  expectedOrder.set([0, chosen.length - 1], 4);
  await context.expectSame("order", order.tensor, expectedOrder);
  await context.expectSame("positions", positions.tensor, chosen.map((_, replica) => expectedOrder.indexOf(replica)));
  await context.expectSame("offsets", offsets.tensor, [0, 4, 4, 8]);
  await context.expectSame("counts", counts.tensor, [1, 0, 2]);
  for (const result of [order, positions, offsets, counts]) await result.expectKept();
}

/** The contract of `groupTokens`. */
export const groupTokensContract: KernelContract = [
  { name: "257 tokens, 5 experts, align 16", run: (c) => check(c, { tokens: 257, topK: 1, experts: 5, align: 16 }) },
  { name: "1 token, 1 expert", run: (c) => check(c, { tokens: 1, topK: 1, experts: 1, align: 1 }) },
  { name: "two experts a token", run: (c) => check(c, { tokens: 130, topK: 2, experts: 8, align: 64 }) },
  { name: "fewer tokens than experts", run: (c) => check(c, { tokens: 3, topK: 1, experts: 16, align: 64 }) },
  { name: "no padding", run: (c) => check(c, { tokens: 1000, topK: 1, experts: 7, align: 1 }) },
  {
    name: "one expert has all tokens",
    run: (c) => check(c, { tokens: 200, topK: 1, experts: 4, align: 64, expertOf: () => 2 }),
  },
  {
    name: "every other expert is empty",
    run: (c) => check(c, { tokens: 300, topK: 1, experts: 8, align: 4, expertOf: (replica) => 2 * (replica % 4) }),
  },
  {
    name: "spread, 257 tokens, 5 experts, align 16",
    run: (c) => check(c, { tokens: 257, topK: 1, experts: 5, align: 16, spread: true }),
  },
  {
    name: "spread, four experts a token, some of them empty",
    run: (c) => check(c, { tokens: 900, topK: 4, experts: 16, align: 64, spread: true, expertOf: (i) => 3 * (i % 5) }),
  },
  {
    name: "spread, the least segments",
    run: (c) => check(c, { tokens: 7, topK: 1, experts: 4, align: 4, spread: true }),
  },
  { name: "5000 tokens", run: (c) => check(c, { tokens: 5000, topK: 1, experts: 16, align: 64 }) },
  { name: "700 experts", run: (c) => check(c, { tokens: 1300, topK: 2, experts: 700, align: 8 }) },
  { name: "experts that there are not", run: outsideOfExperts },
];
