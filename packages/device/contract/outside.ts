import { elementCount, rowRange, type Tensor } from "../tensor.ts";
import { assertClose, assertSame } from "./close.ts";
import type { ContractContext, Input } from "./contract_context.ts";

/** Numbers of rows that a tensor of `rows` rows does not have: just beside it, and as far away as can be. */
export function outside(rows: number): number[] {
  return [-1, rows, rows + 1, -2, 2 ** 31 - 1, -(2 ** 31)];
}

/** Rows on either side of a tensor that is {@linkcode surrounded}. */
const NEIGHBOURS = 2;

/** A tensor with neighbours that hold numbers: who reads or writes beside it shows. */
export interface Surrounded extends Input {
  /** Fails unless the neighbours hold what they held. */
  expectKept(): Promise<void>;
}

/** A tensor of random floats, f32 or of the activation type, between others. */
export function surrounded(context: ContractContext, shape: readonly number[], dtype = context.activation): Surrounded {
  const [rows = 0, ...rest] = shape;
  const larger = context.input([rows + 2 * NEIGHBOURS, ...rest], undefined, dtype);
  const tensor = rowRange(larger.tensor, NEIGHBOURS, rows + NEIGHBOURS);
  const start = NEIGHBOURS * elementCount(rest);
  return {
    tensor,
    values: larger.values.slice(start, -start),
    expectKept: () => expectNeighbours(context, larger.tensor, larger.values),
  };
}

/** A tensor of integers between others, which a kernel is to write. */
export function surroundedIntegers(
  context: ContractContext,
  shape: readonly number[],
): Pick<Surrounded, "tensor" | "expectKept"> {
  const [rows = 0, ...rest] = shape;
  const larger = [rows + 2 * NEIGHBOURS, ...rest];
  const values = context.random.integers(elementCount(larger), 1000);
  const tensor = context.integers(larger, values);
  return {
    tensor: rowRange(tensor, NEIGHBOURS, rows + NEIGHBOURS),
    expectKept: () => expectNeighbours(context, tensor, values),
  };
}

/** Fails unless a result is NaN exactly where `expected` is, and as close to it as its type allows everywhere else. */
export async function expectCloseOrNaN(
  context: ContractContext,
  what: string,
  tensor: Tensor,
  expected: Float64Array,
): Promise<void> {
  const actual = await context.read(tensor);
  const flags = (values: ArrayLike<number>) => Array.from(values, (value) => Number(Number.isNaN(value)));
  assertSame(flags(actual), flags(expected), `${what}, which numbers are none`);
  const numbers = (values: ArrayLike<number>) => Array.from(values).filter((value) => !Number.isNaN(value));
  assertClose(numbers(actual), numbers(expected), context.tolerances[tensor.dtype], what);
}

async function expectNeighbours(context: ContractContext, larger: Tensor, values: Float32Array | Int32Array) {
  const [rows = 0, ...rest] = larger.shape;
  const count = NEIGHBOURS * elementCount(rest);
  const [before, behind] = [rowRange(larger, 0, NEIGHBOURS), rowRange(larger, rows - NEIGHBOURS, rows)];
  await context.expectSame("what lies in front of a tensor", before, values.subarray(0, count));
  await context.expectSame("what lies behind a tensor", behind, values.subarray(-count));
}
