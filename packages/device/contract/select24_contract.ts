import { roundTo } from "../round_to.ts";
import { assertSame } from "./close.ts";
import type { ContractContext, Input } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { copiesPackAlike } from "./packed_copies.ts";
import { completedMask, densePacked, expectPacked, keptOf } from "./packed_expectations.ts";
import { SORTED_ROWS, sortedInput, type SortedRows, sortedSegments } from "./sorted_rows.ts";
import { drawOf, expectUnbiased } from "./unbiased_selection.ts";

async function check(
  context: ContractContext,
  [rows, cols]: readonly [number, number],
  axis: "rows" | "cols",
  values: "uniform" | "quarters",
): Promise<void> {
  const x = context.input([rows, cols], context.random[values](rows * cols));
  const packed = context.packedOutput(rows, cols, axis);
  context.kernels.select24({ x: x.tensor, packed });
  await expectPacked(context, "packed", packed, { values: x.values, kept: keptOf(x.values, rows, cols, axis) });
}

/**
 * Every group of four over a few special values, so every tie, every zero and every NaN in every place: [rows, cols].
 */
function specialMatrix(context: ContractContext, axis: "rows" | "cols"): Input {
  const special = [0, -0, 1, -1, 2, NaN, -Infinity];
  const groups = special.length ** 4;
  const digits = Float32Array.from(
    { length: 4 * groups },
    (_, i) => special[Math.floor(Math.floor(i / 4) / special.length ** (i % 4)) % special.length] ?? 0,
  );
  // Along rows, element i of group g is row i of column g.
  const [rows, cols] = axis === "cols" ? [groups, 4] : [4, groups];
  const values = axis === "cols"
    ? digits
    : digits.map((_, i) => digits[(i % groups) * 4 + Math.floor(i / groups)] ?? 0);
  return context.input([rows, cols], values);
}

async function specialValues(context: ContractContext, axis: "rows" | "cols"): Promise<void> {
  const x = specialMatrix(context, axis);
  const [rows = 0, cols = 0] = x.tensor.shape;
  const packed = context.packedOutput(rows, cols, axis);
  context.kernels.select24({ x: x.tensor, packed });
  const dense = densePacked(await context.readPacked(packed), axis);
  const kept = keptOf(x.values, rows, cols, axis);
  assertSame(dense.mask, completedMask(x.values, kept, rows, cols, axis), "mask");
  assertSame(dense.values, x.values.map((value, i) => kept[i] ? value : 0), "values");
}

/** Only the rows of the segments take part; the others hold NaN, which would be kept first. */
async function sortedTokens(context: ContractContext, sorted: SortedRows, axis: "rows" | "cols"): Promise<void> {
  const width = 36;
  const values = context.random.quarters(sorted.rows * width).fill(NaN, sorted.used * width);
  const x = context.input([sorted.rows, width], values);
  const packed = context.packedOutput(sorted.rows, width, axis);
  context.kernels.select24({ x: x.tensor, packed, segments: sortedSegments(context, sorted) });
  const kept = keptOf(x.values, sorted.rows, width, axis);
  await expectPacked(context, "packed", packed, { values: x.values, kept, used: sorted.used });
}

/** Two of every four rows, drawn anew at every step although nothing but the step tensor changes. */
async function drawn(context: ContractContext, x: Input, sorted?: SortedRows): Promise<void> {
  const [rows = 0, cols = 0] = x.tensor.shape;
  const packed = context.packedOutput(rows, cols, "rows");
  const segments = sorted && { segments: sortedSegments(context, sorted) };
  const draw = drawOf(context, "unbiased", 0);
  for (const step of [0, 1, 70_000]) {
    if (draw.unbiased) context.device.write(draw.unbiased.step, Int32Array.of(step));
    context.kernels.select24({ x: x.tensor, packed, ...segments, ...draw });
    await expectUnbiased(context, `step ${step}`, packed, { values: x.values, step, used: sorted?.used ?? rows });
  }
}

/** Flips add up: from the first weights to the second, then from the second to themselves. */
async function countsFlips(context: ContractContext, [rows, cols]: readonly [number, number], axis: "rows" | "cols") {
  const [first, second] = [0, 1].map(() => context.input([rows, cols], undefined, "f32"));
  if (!first || !second) return;
  const packed = context.packedOutput(rows, cols, axis);
  const flips = context.integers([1], [1000]);
  context.kernels.select24({ x: first.tensor, packed });
  context.kernels.select24({ x: second.tensor, packed, flips });
  context.kernels.select24({ x: second.tensor, packed, flips });
  const [before, after] = [first, second].map(({ values }) => {
    const rounded = values.slice();
    roundTo(rounded, context.activation);
    return completedMask(rounded, undefined, rows, cols, axis);
  });
  const expected = after?.reduce((count, bit, i) => count + (bit === before?.[i] ? 0 : 1), 1000) ?? NaN;
  await context.expectSame("flips", flips, [expected]);
  await context.readPacked(packed);
}

/** The contract of `select24`. */
export const select24Contract: KernelContract = [
  { name: "[17, 68] along columns", run: (context) => check(context, [17, 68], "cols", "uniform") },
  { name: "[68, 17] along rows", run: (context) => check(context, [68, 17], "rows", "uniform") },
  { name: "[128, 256] along columns", run: (context) => check(context, [128, 256], "cols", "uniform") },
  { name: "[128, 256] along rows", run: (context) => check(context, [128, 256], "rows", "uniform") },
  ...(["cols", "rows"] as const).flatMap((axis) => [
    { name: `ties and zeros along ${axis}`, run: (c: ContractContext) => check(c, [64, 64], axis, "quarters") },
    {
      name: `ties, zeros, NaN, infinity in every place along ${axis}`,
      run: (c: ContractContext) => specialValues(c, axis),
    },
    ...SORTED_ROWS.map((sorted) => ({
      name: `${sorted.name}, along ${axis}`,
      run: (context: ContractContext) => sortedTokens(context, sorted, axis),
    })),
    ...([[36, 52], [128, 256]] as const).flatMap((shape) => [
      {
        name: `weights and flips, [${shape}] along ${axis}`,
        run: (context: ContractContext) => countsFlips(context, shape, axis),
      },
      {
        name: `weights and their copies, [${shape}] along ${axis}`,
        run: (context: ContractContext) =>
          copiesPackAlike(context, shape, axis, (x, target) => context.kernels.select24({ x, ...target })),
      },
    ]),
  ]),
  ...[[68, 17], [128, 256]].map((shape) => ({
    name: `[${shape}] without bias`,
    run: (context: ContractContext) => drawn(context, context.input(shape)),
  })),
  {
    name: "weights of f32 without bias",
    run: (context) => {
      const { tensor, values } = context.input([64, 36], undefined, "f32");
      roundTo(values, context.activation);
      return drawn(context, { tensor, values });
    },
  },
  {
    name: "ties and zeros without bias",
    run: (context) => drawn(context, context.input([64, 64], context.random.quarters(64 * 64))),
  },
  {
    name: "ties, zeros, NaN, infinity in every place without bias",
    run: (context) => drawn(context, specialMatrix(context, "rows")),
  },
  ...SORTED_ROWS.map((sorted) => ({
    name: `${sorted.name}, without bias`,
    run: (context: ContractContext) => drawn(context, sortedInput(context, sorted, 36), sorted),
  })),
];
