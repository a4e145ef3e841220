/**
 * The system refuses to read or write: the disk is full or broken, or a permission is missing. The message names the
 * file.
 *
 * @example Tell a full disk from other failures
 * ```ts
 * import { DiskError, replaceFile } from "@beyond24/disk";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => replaceFile("no/such/folder/file", "text"), DiskError, "no/such/folder");
 * ```
 */
export class DiskError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "DiskError";
}

/** The system's name for a failure, such as `ENOSPC`; empty when there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * A failure of the system as an error that says what could not be done.
 *
 * @param action What was tried: `write runs/a/config.json`
 * @param error What the system said
 * @returns The error, with the system's as its cause
 */
export function diskError(action: string, error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  // Deno ends its messages with the request and its paths, which the action says already.
  const said = message.replace(/: \w+ '.*$/s, "");
  const reason = code === "ENOSPC" || code === "EDQUOT" || /no space left|quota exceeded/i.test(message)
    ? "the disk is full"
    : "the system refuses it";
  return new DiskError(`Cannot ${action} as ${reason}: current value is ${said}`, { cause: error });
}
