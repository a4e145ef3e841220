import { CheckpointError } from "./checkpoint_error.ts";

/** The names in a folder of checkpoints; none when it is missing. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(
      `Cannot look for checkpoints in ${folder} as the system refuses it: current value is ${reason}`,
      {
        cause: error,
      },
    );
  }
}
