/** The processes of a run cannot go on together: one of them is gone, does not answer or was never there. */
export class RanksError extends Error {
  /** `"RanksError"`. */
  override readonly name = "RanksError";
}
