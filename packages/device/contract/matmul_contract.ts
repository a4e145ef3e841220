import { rowRange, type Tensor } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { EQUAL_ROWS, equalInput, expectEqualRows } from "./equal_rows.ts";
import type { ContractCase, KernelContract } from "./kernel_contract.ts";
import { type HostMatrix, product, sumOf, transposeMatrix } from "./matrices.ts";
import { densePacked } from "./packed_expectations.ts";
import { checkScaledOperands } from "./scaled_operands.ts";

const SHAPES = [[65, 33, 129], [1, 1, 1], [1, 257, 3], [17, 3, 257], [3, 1, 17], [64, 64, 64], [130, 257, 70]] as const;

/** A case that is run without and with each operand stored transposed. */
function denseCases(rows: number, inner: number, cols: number): ContractCase[] {
  return [[false, false], [false, true], [true, false], [true, true]].map((
    [transposeA = false, transposeB = false],
  ) => ({
    name: `[${rows}, ${inner}]${transposeA ? "ᵀ" : ""} · [${inner}, ${cols}]${transposeB ? "ᵀ" : ""}`,
    async run(context) {
      const a = context.input(transposeA ? [inner, rows] : [rows, inner]);
      const b = context.input(transposeB ? [cols, inner] : [inner, cols]);
      const out = context.output([rows, cols]);
      context.kernels.matmul({ a: a.tensor, b: b.tensor, out, transposeA, transposeB });
      const left = operand(a.values, rows, inner, transposeA);
      const right = operand(b.values, inner, cols, transposeB);
      await context.expectClose("out", out, product(left, right));
    },
  }));
}

/** The matrix that an operand of [rows, cols] stands for, from the way it is stored. */
function operand(values: Float32Array, rows: number, cols: number, isTransposed: boolean): HostMatrix {
  return isTransposed ? transposeMatrix({ values, rows: cols, cols: rows }) : { values, rows, cols };
}

/** A gradient product: f32 out, added to what is there. */
async function accumulates(context: ContractContext): Promise<void> {
  const a = context.input([33, 17]);
  const b = context.input([33, 65]);
  const before = context.input([17, 65], undefined, "f32");
  context.kernels.matmul({ a: a.tensor, b: b.tensor, out: before.tensor, transposeA: true, accumulate: true });
  const update = product(operand(a.values, 17, 33, true), { values: b.values, rows: 33, cols: 65 });
  await context.expectClose("out", before.tensor, sumOf(before.values, update));
}

/** Contracted over K = 100: whole groups, but no whole tile of any instruction. */
function packedCases(): ContractCase[] {
  const [rows, inner, cols] = [37, 100, 50];
  return [false, true].flatMap((isStoredTransposed) => [
    {
      name: `packed a${isStoredTransposed ? ", stored transposed" : ""}`,
      async run(context: ContractContext) {
        const a = isStoredTransposed
          ? context.packedInput(inner, rows, "rows")
          : context.packedInput(rows, inner, "cols");
        const b = context.input([inner, cols]);
        const out = context.output([rows, cols]);
        context.kernels.matmul({ a: a.packed, b: b.tensor, out, transposeA: isStoredTransposed });
        const left = operand(a.values, rows, inner, isStoredTransposed);
        await context.expectClose("out", out, product(left, { values: b.values, rows: inner, cols }));
      },
    },
    {
      name: `packed b${isStoredTransposed ? ", stored transposed" : ""}`,
      async run(context: ContractContext) {
        const a = context.input([rows, inner]);
        const b = isStoredTransposed
          ? context.packedInput(cols, inner, "cols")
          : context.packedInput(inner, cols, "rows");
        const out = context.output([rows, cols]);
        context.kernels.matmul({ a: a.tensor, b: b.packed, out, transposeB: isStoredTransposed });
        const right = operand(b.values, inner, cols, isStoredTransposed);
        await context.expectClose("out", out, product({ values: a.values, rows, cols: inner }, right));
      },
    },
  ]);
}

/** A tall packed operand with accumulation: the weight gradient, contracted over tokens. */
async function packedAccumulates(context: ContractContext): Promise<void> {
  const y = context.packedInput(128, 64, "rows");
  const x = context.input([128, 36]);
  const before = context.input([64, 36], undefined, "f32");
  context.kernels.matmul({ a: y.packed, b: x.tensor, out: before.tensor, transposeA: true, accumulate: true });
  const update = product(operand(y.values, 64, 128, true), { values: x.values, rows: 128, cols: 36 });
  await context.expectClose("out", before.tensor, sumOf(before.values, update));
}

/** Both operands with a scale of their own, one of them packed. */
async function scaled(context: ContractContext): Promise<void> {
  const [a, b] = [context.input([37, 100]).tensor, context.packedInput(50, 100, "cols").packed];
  await checkScaledOperands(context, [37, 50], context.activation, (out, scale) => {
    context.kernels.matmul({ a: scale(a), b: scale(b), out, transposeB: true });
  });
}

/** More tiles of rows than a dimension of a grid of workgroups takes: what is far down is right, too. */
async function manyRows(context: ContractContext): Promise<void> {
  const [rows, inner, cols] = [4 * 65_536 + 3, 2, 1];
  const values = context.random.quarters(rows * inner);
  const [a, b] = [context.input([rows, inner], values), context.input([inner, cols], [1, 2])];
  const out = context.output([rows, cols]);
  context.kernels.matmul({ a: a.tensor, b: b.tensor, out });
  await context.expectSame(
    "out",
    out,
    Float32Array.from({ length: rows }, (_, row) => (values[2 * row] ?? NaN) + 2 * (values[2 * row + 1] ?? NaN)),
  );
}

/** A few rows alone give the bits that they give among others: what a token becomes does not depend on its company. */
async function expectAlone(
  context: ContractContext,
  x: Tensor,
  right: { readonly b: Tensor; readonly transposeB?: boolean },
  together: Tensor,
): Promise<void> {
  const expected = await context.device.read(together);
  const [, cols = 0] = together.shape;
  for (const rows of [1, 2, 4]) {
    const out = context.output([rows, cols]);
    context.kernels.matmul({ a: rowRange(x, 0, rows), ...right, out });
    await context.expectSame(`${rows} rows alone`, out, expected.subarray(0, rows * cols));
  }
}

/** Few rows by weights that are large enough to be worth a kernel of their own: what a decoded token multiplies. */
const LARGE_WEIGHTS = [
  { inner: 768, cols: 200 },
  { inner: 264, cols: 1032 },
  { inner: 2056, cols: 72 },
  { inner: 1501, cols: 131 },
] as const;

function largeWeightCases(): ContractCase[] {
  return LARGE_WEIGHTS.flatMap(({ inner, cols }) =>
    [false, true].map((transposeB) => ({
      name: `few rows · [${inner}, ${cols}]${transposeB ? "ᵀ" : ""}, in f32 as well`,
      run: (context: ContractContext) => fewRows(context, { inner, cols, transposeB }),
    }))
  );
}

async function fewRows(
  context: ContractContext,
  { inner, cols, transposeB }: { readonly inner: number; readonly cols: number; readonly transposeB: boolean },
): Promise<void> {
  const x = context.input([16, inner]);
  const b = context.input(transposeB ? [cols, inner] : [inner, cols]);
  const left = { values: x.values, rows: 16, cols: inner };
  const expected = product(left, operand(b.values, inner, cols, transposeB));
  for (const [first, rows] of [[0, 16], [7, 1], [3, 2], [5, 4], [1, 7], [2, 9]] as const) {
    for (const type of [context.activation, "f32"] as const) {
      const out = context.output([rows, cols], type);
      context.kernels.matmul({ a: rowRange(x.tensor, first, first + rows), b: b.tensor, transposeB, out });
      const wanted = expected.subarray(first * cols, (first + rows) * cols);
      await context.expectClose(`${rows} rows from ${first} in ${type}`, out, wanted);
    }
  }
}

/** Products beside another one have the bits of calls of their own. */
async function besideEachOther(context: ContractContext, rows: number, inner: number): Promise<void> {
  const a = context.input([rows, inner]).tensor;
  const products = [384, 256, 260].map((cols) => ({ b: context.input([cols, inner]).tensor, cols }));
  for (const count of [2, 3]) {
    const made = products.slice(0, count).map(({ b, cols }) => ({ b, out: context.output([rows, cols]) }));
    const [first, ...beside] = made;
    if (first === undefined) throw new Error("Two products");
    context.kernels.matmul({ a, ...first, transposeB: true, beside });
    for (const { b, out } of made) {
      const alone = context.output([...out.shape]);
      context.kernels.matmul({ a, b, transposeB: true, out: alone });
      await context.expectSame(`product of [${b.shape}]`, out, await context.device.read(alone));
    }
  }
}

/** Equal rows give equal bits, and so exact ties along them go to the first two of every four. */
async function equalRows(context: ContractContext): Promise<void> {
  for (const rows of EQUAL_ROWS) {
    for (const [inner, cols] of [[64, 256], [30, 52], [700, 40]] as const) {
      const x = equalInput(context, rows, [inner]).tensor;
      const [stored, transposed] = [context.input([inner, cols]).tensor, context.input([cols, inner]).tensor];
      const [out, outOfTransposed] = [context.output([rows, cols]), context.output([rows, cols])];
      context.kernels.matmul({ a: x, b: stored, out });
      context.kernels.matmul({ a: x, b: transposed, out: outOfTransposed, transposeB: true });
      await expectEqualRows(context, `x · b, ${inner} deep`, out, rows);
      await expectEqualRows(context, `x · bᵀ, ${inner} deep`, outOfTransposed, rows);
      await expectAlone(context, x, { b: stored }, out);
      await expectAlone(context, x, { b: transposed, transposeB: true }, outOfTransposed);
      const whole = Math.floor(rows / 4) * 4;
      const packed = context.packedOutput(whole, cols, "rows");
      context.kernels.select24({ x: rowRange(out, 0, whole), packed });
      const { mask } = densePacked(await context.readPacked(packed), "rows");
      assertSame(mask, mask.map((_, i) => Number(Math.floor(i / cols) % 4 < 2)), "which of the equal rows are kept");
    }
  }
}

/** The contract of `matmul`. */
export const matmulContract: KernelContract = [
  ...SHAPES.flatMap(([rows, inner, cols]) => denseCases(rows, inner, cols)),
  { name: "accumulate into f32", run: accumulates },
  ...packedCases(),
  { name: "packed, accumulate into f32", run: packedAccumulates },
  { name: "operands with a scale", run: scaled },
  { name: "equal rows give equal bits", run: equalRows },
  { name: "[262147, 2] · [2, 1]", run: manyRows },
  ...largeWeightCases(),
  ...([[1, 520], [3, 520], [16, 520], [17, 40], [1, 12]] as const).map(([rows, inner]) => ({
    name: `products beside each other, [${rows}, ${inner}]`,
    run: (context: ContractContext) => besideEachOther(context, rows, inner),
  })),
];
