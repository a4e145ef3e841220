import type { HostArray } from "../device.ts";
import type { Segments } from "../segments.ts";
import { elementCount, type Tensor } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext, Input } from "./contract_context.ts";

/** Odd numbers of rows: what is done in twos, fours or tiles is not done to the last one. */
export const EQUAL_ROWS: readonly number[] = [5, 39, 131];

/** `rows` times the same random row, or the same block of rows: [rows, ...shape]. */
export function equalInput(context: ContractContext, rows: number, shape: readonly number[]): Input {
  const one = context.random.uniform(elementCount(shape));
  const [first = 1, ...rest] = shape;
  const values = Float32Array.from({ length: rows * one.length }, (_, i) => one[i % one.length] ?? NaN);
  return rest.length === 0 ? context.input([rows, first], values) : context.input([rows * first, ...rest], values);
}

/** What a product of sorted rows takes besides them. */
interface ExpertProduct {
  readonly weights: Tensor;
  readonly segments: Segments;
  readonly out: Tensor;
}

/**
 * Equal rows of experts with equal square weights give equal bits, however the rows are divided among the experts:
 * `run` calls the kernel.
 */
export async function equalExpertRows(
  context: ContractContext,
  run: (rows: Tensor, product: ExpertProduct) => void,
): Promise<void> {
  for (const count of EQUAL_ROWS) {
    const rows = equalInput(context, count, [64]).tensor;
    const weights = equalInput(context, 3, [64, 64]).tensor;
    const out = context.output([count, 64]);
    const segments = { offsets: context.integers([4], [0, count - 3, count - 3, count]), align: 1 };
    run(rows, { weights, segments, out });
    await expectEqualRows(context, "out", out, count);
  }
}

/** Fails unless a result consists of `rows` blocks of equal bits. */
export async function expectEqualRows(
  context: ContractContext,
  what: string,
  result: Tensor,
  rows: number,
): Promise<void> {
  const bits = bitsOf(await context.read(result));
  const width = bits.length / rows;
  const first = bits.subarray(0, width);
  for (let row = 1; row < rows; row++) {
    assertSame(
      bits.subarray(row * width, (row + 1) * width),
      first,
      `${what}, bits of row ${row} of ${rows} equal rows`,
    );
  }
}

function bitsOf(values: HostArray): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}
