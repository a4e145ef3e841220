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
 * Why a path cannot be used that lies where Deno lets only programs with all permissions in, such as `/proc` and
 * `/dev`; its own message would have the user give all of them.
 *
 * @param error Any error
 * @returns What can follow "as"; undefined for other errors
 *
 * @example Look into `/proc`
 * ```ts
 * import { closedPath } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new Deno.errors.NotCapable('Requires all access to "/proc/1", run again with the --allow-all flag');
 * assertEquals(closedPath(error), "/proc/1 is no place for files of programs: name another path");
 * assertEquals(closedPath(new Error("another")), undefined);
 * ```
 */
export function closedPath(error: unknown): string | undefined {
  if (!(error instanceof Deno.errors.NotCapable)) return undefined;
  const path = /^Requires all access to "(.*)", run again with/.exec(error.message)?.[1];
  return path && `${path} is no place for files of programs: name another path`;
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
  const closed = closedPath(error);
  if (closed !== undefined) return new DiskError(`Cannot ${action} as ${closed}`, { cause: error });
  if (code === "ENOTDIR") return new DiskError(`Cannot ${action} as a folder of its path is a file`, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  // Deno ends its messages with the request and its paths, which the action says already.
  const said = message.replace(/: \w+ '.*$/s, "");
  const reason = code === "ENOSPC" || code === "EDQUOT" || /no space left|quota exceeded/i.test(message)
    ? "the disk is full"
    : "the system refuses it";
  return new DiskError(`Cannot ${action} as ${reason}: current value is ${said}`, { cause: error });
}
