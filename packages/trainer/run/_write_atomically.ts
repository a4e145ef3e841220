import { CheckpointError } from "@beyond24/checkpoint";

/** Replaces a file in one step: a process that is killed meanwhile leaves the old file or the new one, never half of it. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(`${path}.new`, text);
    await Deno.rename(`${path}.new`, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`Cannot write ${path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}
