import { CheckpointError } from "@beyond24/checkpoint";

/** Replaces a file in one step: a process that is killed meanwhile leaves the old file or the new one, never half of it. */
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
