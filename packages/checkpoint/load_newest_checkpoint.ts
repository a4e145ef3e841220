import type { StoredCheckpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { listCheckpoints } from "./list_checkpoints.ts";
import { loadCheckpoint } from "./load_checkpoint.ts";

/** Options of {@linkcode loadNewestCheckpoint}. */
export interface LoadNewestCheckpointOptions {
  /** Is told of every checkpoint that is passed over, and why: the message names the file. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Loads the newest checkpoint that is whole, as {@linkcode loadCheckpoint} does.
 *
 * @param folder Folder of the checkpoints
 * @param options Who hears of checkpoints that are not whole
 * @returns The checkpoint
 * @throws {CheckpointError} If none is whole
 *
 * @example Pass over a checkpoint that is not whole
 * ```ts
 * import { loadNewestCheckpoint, saveCheckpoint } from "@beyond24/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const checkpoint = { model: [new Uint8Array(9)], optimizer: [new Uint8Array(9)], config: {}, state: {} };
 * await saveCheckpoint(folder, { ...checkpoint, step: 1 });
 * const newest = await saveCheckpoint(folder, { ...checkpoint, step: 2 });
 * await Deno.truncate(`${newest}/model.safetensors`, 4);
 *
 * const warnings: string[] = [];
 * const { step } = await loadNewestCheckpoint(folder, { onWarning: (message) => warnings.push(message) });
 * assertEquals(step, 1);
 * assertEquals(warnings.length, 1);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function loadNewestCheckpoint(
  folder: string,
  options: LoadNewestCheckpointOptions = {},
): Promise<StoredCheckpoint> {
  const entries = await listCheckpoints(folder);
  const reasons: string[] = [];
  for (const { path } of entries) {
    try {
      return await loadCheckpoint(path);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      reasons.push(error.message);
      options.onWarning?.(error.message);
    }
  }
  // Who heard the reasons as warnings need not hear them again.
  const details = options.onWarning === undefined ? `: ${reasons.join("; ")}` : ", as the warnings say";
  const found = entries.length === 0 ? "there is none" : `none of ${entries.length} is whole${details}`;
  throw new CheckpointError(`Cannot load a checkpoint from ${folder} as ${found}`);
}
