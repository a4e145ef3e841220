import { CheckpointError } from "@beyond24/checkpoint";

/**
 * Replaces a file in one step: a process that is killed meanwhile leaves the old file or the new one, never half of it.
 *
 * @param path The file
 * @param text What it is to hold
 * @throws {CheckpointError} If the system refuses it
 *
 * @example Replace a file
 * ```ts
 * import { writeAtomically } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await writeAtomically(path, "new");
 * assertEquals(await Deno.readTextFile(path), "new");
 * ```
 */
export async function writeAtomically(path: string, text: string | AsyncIterable<string>): Promise<void> {
  try {
    await Deno.writeTextFile(`${path}.new`, typeof text === "string" ? text : ReadableStream.from(text));
    await Deno.rename(`${path}.new`, path);
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`Cannot write ${path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}
