import type { Numbers } from "./close.ts";

/** A matrix in row-major order for the definitions of the suite. */
export interface HostMatrix {
  /** Elements. */
  readonly values: Numbers;
  /** Rows. */
  readonly rows: number;
  /** Columns. */
  readonly cols: number;
}

/** The transposed matrix. */
export function transposeMatrix({ values, rows, cols }: HostMatrix): HostMatrix {
  return { values: transposeValues(values, rows, cols), rows: cols, cols: rows };
}

/** The elements of the transposed matrix. */
export function transposeValues(values: Numbers, rows: number, cols: number): Float32Array {
  return Float32Array.from({ length: rows * cols }, (_, i) => values[(i % rows) * cols + Math.floor(i / rows)] ?? NaN);
}

/** Rows `start` to `end`. */
export function matrixRows({ values, cols }: HostMatrix, start: number, end: number): HostMatrix {
  return { values: Array.from(values).slice(start * cols, end * cols), rows: end - start, cols };
}

/** The product in float64, by its definition. */
export function product(a: HostMatrix, b: HostMatrix): Float64Array {
  const out = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.cols; j++) {
      let sum = 0;
      for (let k = 0; k < a.cols; k++) sum += (a.values[i * a.cols + k] ?? NaN) * (b.values[k * b.cols + j] ?? NaN);
      out[i * b.cols + j] = sum;
    }
  }
  return out;
}

/** Sum of two lists of the same length, in float64. */
export function sumOf(a: Numbers, b: Numbers): Float64Array {
  return Float64Array.from(a, (value, i) => value + (b[i] ?? NaN));
}
