import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { completedMask, densePacked, expectPacked, keptOf } from "./packed_expectations.ts";
import { SORTED_ROWS, type SortedRows } from "./sorted_rows.ts";

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

/** Every group of four over a few special values, so every tie, every zero and every NaN in every place. */
async function specialValues(context: ContractContext, axis: "rows" | "cols"): Promise<void> {
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
  const x = context.input([rows, cols], values);
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
  context.kernels.select24({ x: x.tensor, packed, offsets: context.integers([sorted.experts + 1], sorted.offsets) });
  const kept = keptOf(x.values, sorted.rows, width, axis);
  await expectPacked(context, "packed", packed, { values: x.values, kept, used: sorted.used });
}

/** The contract of `select24`. */
export const select24Contract: KernelContract = {
  kernel: "select24",
  cases: [
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
    ]),
  ],
};
