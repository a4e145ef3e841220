import { isPacked24, type Operand, type Tensor } from "@beyond24/device";
import { gridOf } from "./_grid.ts";
import { matrixText, PRODUCT } from "./_product_text.ts";
import { productTile } from "./_product_tiles.ts";
import type { Selection } from "./_selection.ts";
import type { ProductValues } from "./_product_values.ts";
import { type Binding, type Launch, type Launcher, packedBindings, reads, writes } from "../_launch.ts";
import { part, type ShaderPart } from "../_wgsl.ts";

/** An operand of a product: lines (rows or columns of the result) of elements that are summed over. */
export interface ProductOperand {
  /** The matrix, or a packed one. */
  readonly operand: Operand;
  /** Whether neighbours in memory are neighbours in the sum; else they are neighbouring lines. */
  readonly isInner: boolean;
}

/** A matrix as the result of a product. */
export interface MatrixResult {
  /** The matrix. */
  readonly out: Tensor;
  /** i32: the row of the result for every row of the product, negative for none. Default: the same. */
  readonly rowMap?: Tensor | undefined;
  /** Whether the product is added to it. */
  readonly accumulate: boolean;
}

/** Selections from a product as its result: its rows are stored nowhere else. */
export interface SelectedResult {
  /** What is selected and stored. */
  readonly selection: Selection;
  /** [rows, columns] of the product. */
  readonly shape: readonly number[];
}

/** One product, plain or grouped. */
export interface ProductLaunch {
  /** Name in profiles. */
  readonly kernel: string;
  /** Whose tile it takes. */
  readonly kind: "matmul" | "groupedMatmul";
  /** WGSL of `plan_tile`. */
  readonly plan: readonly ShaderPart[];
  /** Left operand. */
  readonly a: ProductOperand;
  /** Right operand. */
  readonly b: ProductOperand;
  /** Result. */
  readonly result: MatrixResult | SelectedResult;
  /** What `plan_tile` reads besides. */
  readonly tensors?: Readonly<Record<string, Binding>>;
  /** Arguments of `plan_tile`. */
  readonly integers: Readonly<Record<string, number>>;
  /** Whether every sum has a multiple of four elements. */
  readonly hasWholeDepth: boolean;
  /** Tiles in each dimension for tiles of a given size. */
  readonly tiles: (rows: number, columns: number) => readonly [number, number, number];
  /** Multiplications and additions of the dense product. */
  readonly flops: number;
}

function isVector({ operand, isInner }: ProductOperand, hasWholeDepth: boolean): boolean {
  if (isPacked24(operand)) return isInner || operand.cols % 4 === 0;
  const [, stride = 0] = operand.shape;
  return stride % 4 === 0 && operand.offset % 4 === 0 && (!isInner || hasWholeDepth);
}

function operandBindings(name: string, { operand, isInner }: ProductOperand, vector: boolean): Record<string, Binding> {
  // The two values of a group are neighbours in memory where groups run along the columns.
  const packedView = vector ? "vector" : "scalar";
  if (isPacked24(operand)) return packedBindings(name, operand, "read", isInner ? "pair" : packedView);
  return { [name]: reads(operand, vector ? "vector" : "scalar") };
}

function operandIntegers(name: string, { operand }: ProductOperand): Record<string, number> {
  if (!isPacked24(operand)) return { [`${name}_stride`]: operand.shape[1] ?? 0 };
  const isAlongColumns = operand.axis === "cols";
  const [lines, depth] = isAlongColumns ? [operand.rows, operand.cols] : [operand.cols, operand.rows];
  return { [`${name}_stride`]: lines, [`${name}_groups`]: depth / 4, [`${name}_blocks`]: Math.ceil(lines / 8) };
}

/** What a launch needs to put a product where it goes. */
interface ResultLaunch extends Required<Pick<Launch, "text" | "tensors" | "integers">> {
  /** What the text of the product needs to know of it. */
  readonly values: Pick<ProductValues, "SELECTS" | "TOKENS_PACKED" | "OUT_VECTOR">;
}

function matrixLaunch({ out, rowMap, accumulate }: MatrixResult): ResultLaunch {
  const [, stride = 0] = out.shape;
  const OUT_VECTOR = stride % 4 === 0 && out.offset % 4 === 0;
  return {
    text: [part(matrixText, { OUT_VECTOR, ACCUMULATE: accumulate, MAPPED: rowMap !== undefined })],
    tensors: {
      out: writes(out, OUT_VECTOR ? "vector" : "scalar"),
      ...(rowMap === undefined ? {} : { row_map: reads(rowMap) }),
    },
    integers: { out_stride: stride },
    values: { SELECTS: false, TOKENS_PACKED: false, OUT_VECTOR },
  };
}

function selectedLaunch({ selection, shape }: SelectedResult): ResultLaunch {
  const { text, tensors, integers, tokensPacked } = selection;
  return {
    text,
    tensors,
    integers: { cols: shape[1] ?? 0, ...integers },
    values: { SELECTS: true, TOKENS_PACKED: tokensPacked, OUT_VECTOR: false },
  };
}

/** Whether the operands of a product can be read four neighbours at a time. */
export function hasVectorOperands({ a, b, hasWholeDepth }: Pick<ProductLaunch, "a" | "b" | "hasWholeDepth">): boolean {
  return isVector(a, hasWholeDepth) && isVector(b, hasWholeDepth);
}

/** Launches one product, plain or grouped: they differ in `plan_tile` only, so that they add up in the same order. */
export function launchProduct(launcher: Launcher, product: ProductLaunch): void {
  const { kernel, kind, plan, a, b, result, tensors, integers, hasWholeDepth, tiles, flops } = product;
  const [aVector, bVector] = [isVector(a, hasWholeDepth), isVector(b, hasWholeDepth)];
  const selects = "selection" in result;
  const [rows = 0, columns = 0] = selects ? result.shape : result.out.shape;
  const tile = productTile(launcher.tiles[kind], launcher.tiles.leastWorkgroups, {
    rows,
    columns,
    isVector: aVector && bVector,
    activationType: launcher.activationType,
    selects,
  });
  const stored = selects ? selectedLaunch(result) : matrixLaunch(result);
  const grid = gridOf(tiles(tile.rows, tile.columns));
  const values: ProductValues = {
    A_PACKED: isPacked24(a.operand),
    A_INNER: a.isInner,
    A_VECTOR: aVector,
    B_PACKED: isPacked24(b.operand),
    B_INNER: b.isInner,
    B_VECTOR: bVector,
    MASKED: !hasWholeDepth,
    ...stored.values,
  };
  launcher.launch({
    kernel,
    text: [grid.text, ...stored.text, PRODUCT, tile.text(values), ...plan],
    tensors: {
      ...operandBindings("a", a, aVector),
      ...operandBindings("b", b, bVector),
      ...stored.tensors,
      ...tensors,
    },
    integers: {
      ...grid.integers,
      ...operandIntegers("a", a),
      ...operandIntegers("b", b),
      ...stored.integers,
      ...integers,
    },
    workgroups: grid.workgroups,
    flops,
  });
}
