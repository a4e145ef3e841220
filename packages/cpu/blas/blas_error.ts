/** A BLAS library was chosen that cannot be used. */
export class BlasError extends Error {
  /** `"BlasError"`. */
  override readonly name = "BlasError";
}
