import { type ArrayKind, checkArray, checkMultiple, checkWhole } from "./check.ts";
import type { GroupAxis, MatrixShape } from "./matrix_shape.ts";

/** Throws unless both sides of the shape are whole numbers. */
export function checkShape(verb: string, shape: MatrixShape): void {
  checkWhole(verb, "rows", shape?.rows, 0);
  checkWhole(verb, "cols", shape.cols, 0);
}

/**
 * Rows that hold anything. A matrix may claim any number of empty rows; nothing visits them, so that work is bounded by
 * the arrays that were passed.
 */
export function filledRows({ rows, cols }: MatrixShape): number {
  return cols === 0 ? 0 : rows;
}

/** Throws unless an array fills a matrix whose rows split into groups of four. */
export function checkGroupedMatrix(
  verb: string,
  name: string,
  array: unknown,
  kinds: readonly ArrayKind[],
  shape: MatrixShape,
): void {
  checkShape(verb, shape);
  checkMultiple(verb, "cols", shape.cols, 4);
  checkArray(verb, name, array, kinds, shape.rows * shape.cols);
}

/**
 * How to visit all groups of four with two plain loops: group (i, j) starts at `i * outerStride + j * innerStride` and
 * its four elements lie `step` apart. Both axes walk memory forwards.
 */
export interface GroupWalk {
  readonly outer: number;
  readonly inner: number;
  readonly outerStride: number;
  readonly innerStride: number;
  readonly step: number;
}

/** The walk over the groups along `axis`, after checking that an array of one of the kinds forms whole groups. */
export function walkGroups(
  verb: string,
  name: string,
  array: unknown,
  kinds: readonly ArrayKind[],
  shape: MatrixShape,
  axis: GroupAxis,
): GroupWalk {
  checkShape(verb, shape);
  const { cols } = shape;
  if (axis !== "cols" && axis !== "rows") {
    throw new RangeError(`Cannot ${verb} as axis must be "cols" or "rows": current value is ${axis}`);
  }
  checkMultiple(verb, axis, shape[axis], 4);
  checkArray(verb, name, array, kinds, shape.rows * cols);
  const rows = filledRows(shape);
  if (axis === "cols") return { outer: rows, inner: cols / 4, outerStride: cols, innerStride: 4, step: 1 };
  return { outer: rows / 4, inner: cols, outerStride: 4 * cols, innerStride: 1, step: cols };
}
