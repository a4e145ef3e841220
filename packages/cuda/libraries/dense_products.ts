/** A dense row-major product out = op(a) · op(b) (+ out) on device addresses. */
export interface DenseProduct {
  readonly a: bigint;
  readonly b: bigint;
  readonly out: bigint;
  /** Rows of `out`. */
  readonly m: number;
  /** Columns of `out`. */
  readonly n: number;
  /** Contracted extent. */
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Type of `a` and `b`. */
  readonly type: "bf16" | "f32";
  readonly outType: "bf16" | "f32";
  readonly accumulate: boolean;
}

/** A library of dense products. */
export interface DenseProducts {
  /** Name and version, for the device line. */
  readonly description: string;
  /** Runs a product; false when the library has no kernel for it. */
  matmul(product: DenseProduct, capturing: boolean): boolean;
  dispose(): void;
}
