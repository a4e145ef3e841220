/** Loss or gradient of a step is not a finite number. The command line ends with exit code 5. */
export class NonFiniteError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "NonFiniteError";
  /** The step, counted from 1. */
  readonly step: number;

  /**
   * Names the step.
   *
   * @param message What is not finite, and where the last checkpoint lies
   * @param step The step, counted from 1
   */
  constructor(message: string, step: number) {
    super(message);
    this.step = step;
  }
}
