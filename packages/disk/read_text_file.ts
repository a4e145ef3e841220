import { DiskError, diskError } from "./disk_error.ts";

/** Options of {@linkcode readTextFile}. */
export interface ReadTextFileOptions {
  /** Most bytes that such a file can have. Default 64 MiB. */
  readonly mostBytes?: number;
}

/**
 * Reads a file of text, without a byte order mark. A pipe or device, which might never end, is refused, and so is a
 * file that is too long to be right.
 *
 * @param path The file
 * @param options Its greatest length
 * @returns The text, or undefined when there is no such file
 * @throws {DiskError} If it is not a file, is too long, or the system refuses it
 *
 * @example Read what may be missing
 * ```ts
 * import { readTextFile } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readTextFile("no/such/file"), undefined);
 * ```
 */
export async function readTextFile(path: string, options: ReadTextFileOptions = {}): Promise<string | undefined> {
  const { mostBytes = 1 << 26 } = options;
  try {
    // Opening a pipe would wait for somebody to write into it.
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) {
      throw new DiskError(`Cannot read ${path} as it must be a file: current value is a folder, pipe or device`);
    }
    if (size > mostBytes) {
      throw new DiskError(`Cannot read ${path} as it must have at most ${mostBytes} bytes: current value is ${size}`);
    }
    return new TextDecoder().decode(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw diskError(`read ${path}`, error);
  }
}
