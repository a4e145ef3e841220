import { join } from "@std/path";
import { stateFile } from "./_names.ts";
import { checkFile, readJson, readState } from "./_read_files.ts";
import type { JsonValue } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { listCheckpoints } from "./list_checkpoints.ts";

/**
 * The configuration in the newest checkpoint where it is whole: what a run falls back on when it has lost its own. The
 * tensors are not looked at.
 *
 * @param folder Folder of the checkpoints; it may be missing
 * @returns The configuration, or undefined when none is whole
 * @throws {CheckpointError} If the folder cannot be read
 *
 * @example Read the configuration of a checkpoint
 * ```ts
 * import { loadNewestConfig, saveCheckpoint } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await saveCheckpoint(folder, { step: 1, model: [], optimizer: [], config: { seed: 1 }, state: {} });
 * assertEquals(await loadNewestConfig(folder), { seed: 1 });
 * ```
 */
export async function loadNewestConfig(folder: string): Promise<JsonValue | undefined> {
  for (const { path } of await listCheckpoints(folder)) {
    try {
      const { files } = await readState(join(path, stateFile));
      await checkFile(join(path, "config.json"), files["config.json"]);
      return await readJson(join(path, "config.json"));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
    }
  }
  return undefined;
}
