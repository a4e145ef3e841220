import { checkLength, checkMultiple, checkShape } from "./_check.ts";
import type { GroupAxis, MatrixShape } from "./matrix_shape.ts";

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

/** The walk over the groups along `axis`, after checking that `length` elements form whole groups. */
export function walkGroups(verb: string, name: string, length: number, shape: MatrixShape, axis: GroupAxis): GroupWalk {
  checkShape(verb, shape);
  const { rows, cols } = shape;
  if (axis !== "cols" && axis !== "rows") {
    throw new RangeError(`Cannot ${verb} as axis must be "cols" or "rows": current value is ${axis}`);
  }
  checkMultiple(verb, axis, shape[axis], 4);
  checkLength(verb, name, length, rows * cols);
  if (axis === "cols") return { outer: rows, inner: cols / 4, outerStride: cols, innerStride: 4, step: 1 };
  return { outer: rows / 4, inner: cols, outerStride: 4 * cols, innerStride: 1, step: cols };
}
