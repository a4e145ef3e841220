import { CheckpointError, type JsonValue, type StoredCheckpoint } from "@beyond24/checkpoint";
import type { LoaderState } from "@beyond24/data";
import { checkJson } from "@beyond24/disk/json";
import { decodeRunConfig, type RunChange, type RunConfig, UsageError } from "@beyond24/run";
import type { TransformerCheckpointState } from "@beyond24/transformer";
import * as v from "valibot";

/** What `state.json` holds for a run. */
export interface RunState {
  /** Place of the data loader, and what of the model is not a weight. */
  readonly session: { readonly loader: LoaderState; readonly transformer: TransformerCheckpointState };
  /** Seconds spent. */
  readonly seconds: number;
  /** Fingerprint of the data. */
  readonly corpus: string;
  /** The device, and how many processes have one each, where there are several; older programs left these out. */
  readonly device: string;
  /** What the run went on with and had not begun with. */
  readonly changes: readonly RunChange[];
}

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Strict, so that a state that this program does not know is refused: to drop a part of it would change numbers. */
const stateSchema: v.GenericSchema<unknown, RunState> = v.strictObject({
  session: v.strictObject({
    loader: v.strictObject({
      seed: v.pipe(v.number(), v.safeInteger()),
      shuffle: v.exactOptional(v.picklist(["swap-or-not", "feistel"])),
      epoch: count,
      position: count,
      mixture: v.exactOptional(v.strictObject({
        drawn: count,
        others: v.array(v.strictObject({ epoch: count, position: count })),
      })),
    }),
    transformer: v.strictObject({
      clustered: v.boolean(),
      scales: v.array(v.record(v.string(), finite)),
      choices: v.exactOptional(v.array(v.string())),
    }),
  }),
  seconds: v.pipe(finite, v.minValue(0)),
  corpus: v.string(),
  device: v.string(),
  // Checkpoints of older versions have none.
  changes: v.optional(
    v.array(v.object({ step: count, key: v.string(), before: v.unknown(), after: v.unknown() })),
    [],
  ),
});

/** Configuration and state of a run in one of its checkpoints. */
export interface RunCheckpoint {
  /** The configuration that its steps were computed with. */
  readonly config: RunConfig;
  /** Everything else that is not a tensor. */
  readonly state: RunState;
}

/**
 * What a checkpoint says of its run.
 *
 * @throws {CheckpointError} If it is not one of a run
 */
export function decodeRunCheckpoint({ step, config, state }: StoredCheckpoint): RunCheckpoint {
  try {
    return { config: decodeRunConfig(config, "its configuration"), state: checkJson(stateSchema, state) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof UsageError)) throw error;
    throw new CheckpointError(`Cannot use the checkpoint of step ${step} as it is not one of a run: ${error.message}`, {
      cause: error,
    });
  }
}

/** Plain data as what a checkpoint keeps. */
export function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
