/**
 * The user asked for something that cannot be: an unknown flag, key or preset, a value of the wrong kind, sizes that do
 * not fit together, an output folder that is in use. The command line ends with exit code 2.
 */
export class UsageError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "UsageError";

  /**
   * Says what cannot be done, in one line whatever it names.
   *
   * @param message What cannot be done, why, and what to do
   * @param options What it came from
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\p{Cc}+/gu, " "), options);
  }
}
