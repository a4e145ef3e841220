import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

/** Five rows into a ring of three: the first two are overwritten. */
async function wraps(context: ContractContext): Promise<void> {
  const ring = context.output([3, 6], "f32");
  const cursor = context.integers([1], [0]);
  const expected = new Float32Array(18);
  for (let row = 0; row < 5; row++) {
    const loss = context.input([1], undefined, "f32");
    const pair = context.input([2], undefined, "f32");
    const counts = context.random.integers(3, 1000);
    const values = [loss.tensor, context.integers([3], counts), pair.tensor];
    context.kernels.recordRow({ values, ring, cursor });
    expected.set([...loss.values, ...counts, ...pair.values], (row % 3) * 6);
  }
  await context.expectSame("ring", ring, expected);
  await context.expectSame("cursor", cursor, [5]);
}

/** Only one row is touched. */
async function keepsOtherRows(context: ContractContext): Promise<void> {
  const ring = context.input([4, 1], [1, 2, 3, 4], "f32");
  const cursor = context.integers([1], [6]);
  context.kernels.recordRow({ values: [context.input([1], [9], "f32").tensor], ring: ring.tensor, cursor });
  await context.expectSame("ring", ring.tensor, [1, 2, 9, 4]);
  await context.expectSame("cursor", cursor, [7]);
}

/** A model of many layers measures more tensors than a device may bind at once. */
async function manyValues(context: ContractContext): Promise<void> {
  const inputs = Array.from({ length: 40 }, (_, i) => context.input([1 + i % 3], undefined, "f32"));
  const row = inputs.flatMap(({ values }) => [...values]);
  const ring = context.input([2, row.length], new Float32Array(2 * row.length).fill(7), "f32").tensor;
  const cursor = context.integers([1], [1]);
  context.kernels.recordRow({ values: inputs.map(({ tensor }) => tensor), ring, cursor });
  await context.expectSame("ring", ring, [...row.map(() => 7), ...row]);
  await context.expectSame("cursor", cursor, [2]);
}

/** The contract of `recordRow`. */
export const recordRowContract: KernelContract = [
  { name: "floats and integers, more rows than the ring holds", run: wraps },
  { name: "keeps the other rows", run: keepsOtherRows },
  { name: "forty tensors", run: manyValues },
];
