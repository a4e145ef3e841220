/** The processes of a run can no longer work together. */
export class MpiError extends Error {
  /** `"MpiError"`. */
  override readonly name = "MpiError";
}
