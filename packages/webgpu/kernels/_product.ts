import { isPacked24, type Operand, type Tensor } from "@beyond24/device";
import productSource from "./_product.wgsl" with { type: "text" };
import gridSource from "./_grid.wgsl" with { type: "text" };
import matrixSource from "./_product_matrix.wgsl" with { type: "text" };
import { productTile } from "./_product_tiles.ts";
import type { Selection } from "./_selection.ts";
import { type Binding, gridOf, type Launch, type Launcher, packedBindings, reads, writes } from "../_launch.ts";

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
  readonly plan: string;
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

function operandFlags(name: "A" | "B", { operand, isInner }: ProductOperand, vector: boolean): Record<string, number> {
  return {
    [`${name}_PACKED`]: isPacked24(operand) ? 1 : 0,
    [`${name}_INNER`]: isInner ? 1 : 0,
    [`${name}_VECTOR`]: vector ? 1 : 0,
  };
}

/** Bindings, constants and arguments of a launch that say where a product goes. */
type ResultLaunch = Required<Pick<Launch, "tensors" | "constants" | "integers">>;

function matrixLaunch({ out, rowMap, accumulate }: MatrixResult): ResultLaunch {
  const [, stride = 0] = out.shape;
  const isFours = stride % 4 === 0 && out.offset % 4 === 0;
  return {
    tensors: {
      out: writes(out, isFours ? "vector" : "scalar"),
      ...(rowMap === undefined ? {} : { row_map: reads(rowMap) }),
    },
    constants: {
      SELECTS: 0,
      OUT_VECTOR: isFours ? 1 : 0,
      ACCUMULATE: accumulate ? 1 : 0,
      MAPPED: rowMap === undefined ? 0 : 1,
    },
    integers: { out_stride: stride },
  };
}

function selectedLaunch({ selection, shape }: SelectedResult): ResultLaunch {
  const { tensors, constants, integers } = selection;
  return {
    tensors,
    constants: { ...constants, SELECTS: 1, MAPPED: 0 },
    integers: { cols: shape[1] ?? 0, ...integers },
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
  launcher.launch({
    kernel,
    source: gridSource + (selects ? result.selection.source : matrixSource) + productSource + tile.text + plan,
    tensors: {
      ...operandBindings("a", a, aVector),
      ...operandBindings("b", b, bVector),
      ...stored.tensors,
      ...tensors,
    },
    constants: {
      ...grid.constants,
      ...tile.constants,
      ...operandFlags("A", a, aVector),
      ...operandFlags("B", b, bVector),
      ...stored.constants,
      MASKED: hasWholeDepth ? 0 : 1,
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
