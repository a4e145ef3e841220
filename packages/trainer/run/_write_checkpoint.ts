import { type Checkpoint, saveCheckpoint, saveCheckpointParts } from "@beyond24/checkpoint";
import type { RunConfig } from "@beyond24/run";
import type { TrainingSession } from "@beyond24/session";
import { type RunState, toJson } from "./_run_state.ts";
import type { SessionPlace } from "./_session_place.ts";
import { anyRank } from "./ranks.ts";

/** What a checkpoint says of its run besides the session. */
export interface RunContent {
  /** The configuration. */
  readonly config: RunConfig;
  /** The place of the data loader, and what is known of the run. */
  readonly run: Omit<RunState, "session"> & Pick<RunState["session"], "loader">;
  /** The files of the tokenizer, where it has any. */
  readonly tokenizer: Pick<Checkpoint, "tokenizer">;
}

/**
 * Writes a checkpoint: rank 0 all of it, or where the ranks share the tensors every rank its part, and rank 0 the rest.
 *
 * @returns Path of the checkpoint; undefined on the other ranks
 */
export async function writeCheckpoint(
  session: TrainingSession,
  { checkpoints, fileSystem, collectives }: SessionPlace,
  { config, run: { loader, ...run }, tokenizer }: RunContent,
  onWarning: (message: string) => void,
): Promise<string | undefined> {
  const agree = async (isWell: boolean) => !await anyRank(collectives, !isWell);
  const shared = session.sharedSnapshot();
  if (collectives.rank > 0) {
    if (shared !== undefined) await saveCheckpointParts(checkpoints, shared, agree, fileSystem);
    return undefined;
  }
  const { step, transformer, model, optimizer } = shared ?? session.snapshot();
  const state: RunState = { session: { loader, transformer }, ...run };
  const checkpoint = { step, model, optimizer, config: toJson(config), state: toJson(state), ...tokenizer };
  const keep = config.train.keepCheckpoints;
  return await saveCheckpoint(checkpoints, checkpoint, { keep, fileSystem, onWarning, agree });
}
