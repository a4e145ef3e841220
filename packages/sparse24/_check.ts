import type { MatrixShape } from "./matrix_shape.ts";

/** Throws unless both sides of the shape are whole numbers that a typed array can be as long as. */
export function checkShape(verb: string, shape: MatrixShape): void {
  for (const side of ["rows", "cols"] as const) {
    const value = shape[side];
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot ${verb} as ${side} must be a whole number >= 0: current value is ${value}`);
    }
  }
}

/** Throws unless `value` is a multiple of `divisor`. */
export function checkMultiple(verb: string, name: string, value: number, divisor: number): void {
  if (value % divisor === 0) return;
  throw new TypeError(`Cannot ${verb} as ${name} must be a multiple of ${divisor}: current value is ${value}`);
}

/** Throws unless an array has the length that the shape asks for. */
export function checkLength(verb: string, name: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new TypeError(`Cannot ${verb} as the length of ${name} must be ${expected}: current value is ${length}`);
}

/** Throws unless `length` elements fill a matrix whose rows split into groups of four. */
export function checkGroupedMatrix(verb: string, name: string, length: number, shape: MatrixShape): void {
  checkShape(verb, shape);
  checkMultiple(verb, "cols", shape.cols, 4);
  checkLength(verb, name, length, shape.rows * shape.cols);
}
