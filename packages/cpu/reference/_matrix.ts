import type { Operand, Tensor } from "@beyond24/device";
import { isPacked24 } from "@beyond24/device";
import { unpack24 } from "@beyond24/sparse24";
import { floats } from "./_host_storage.ts";
import { packedStorage } from "./_packed_storage.ts";

/** A matrix over host memory: element (r, c) lies at `r * rowStride + c * colStride`. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/** The matrix that an operand stands for; a packed one, and one with a scale, is worked out in scratch memory. */
export function matrixOf(operand: Operand): Matrix {
  const stored = storedMatrix(operand);
  if (operand.scale === undefined) return stored;
  const [scale = NaN] = floats(operand.scale);
  return { ...stored, values: stored.values.map((value) => value * scale) };
}

function storedMatrix(operand: Operand): Matrix {
  if (!isPacked24(operand)) return tensorMatrix(operand);
  const storage = packedStorage(operand);
  const { rows, cols } = storage;
  const canonical = { values: unpack24(storage), rows, cols, rowStride: cols, colStride: 1 };
  return operand.axis === "cols" ? canonical : transposed(canonical);
}

/** A tensor of two axes as a matrix. */
export function tensorMatrix(tensor: Tensor): Matrix {
  const [rows = 0, cols = 0] = tensor.shape;
  return { values: floats(tensor), rows, cols, rowStride: cols, colStride: 1 };
}

/** The same memory read the other way. */
export function transposed({ values, rows, cols, rowStride, colStride }: Matrix): Matrix {
  return { values, rows: cols, cols: rows, rowStride: colStride, colStride: rowStride };
}

/** Rows `start` to `end` of a matrix. */
export function matrixRows(matrix: Matrix, start: number, end: number): Matrix {
  return { ...matrix, values: matrix.values.subarray(start * matrix.rowStride), rows: end - start };
}

/** The matrix with contiguous rows: itself, or a copy. */
export function contiguous(matrix: Matrix): Matrix {
  const { values, rows, cols, rowStride, colStride } = matrix;
  if (colStride === 1) return matrix;
  const copy = new Float32Array(rows * cols);
  for (let c = 0; c < cols; c++) {
    for (let r = 0; r < rows; r++) copy[r * cols + c] = values[r * rowStride + c * colStride] ?? NaN;
  }
  return { values: copy, rows, cols, rowStride: cols, colStride: 1 };
}
