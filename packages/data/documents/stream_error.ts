/** A file of documents is damaged, or not what its name says. The message can follow "as". */
export class StreamError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "StreamError";
}
