import {
  CheckpointError,
  type LoadNewestCheckpointOptions,
  type StoredCheckpoint,
  TensorFile,
} from "@beyond24/checkpoint";
import type { Device } from "@beyond24/device";
import { phaseAfter, type PhaseName } from "@beyond24/recipe";
import { findCheckpoint, loadRunTokenizer, type RunConfig, transformerConfig } from "@beyond24/run";
import { beginModel, restoreModel } from "@beyond24/session";
import { loadTokenizer, type Tokenizer } from "@beyond24/tokenizer";
import { allocateTransformer, type Transformer } from "@beyond24/transformer";
import { weightsIdentity } from "../evaluate/weights_identity.ts";
import { decodeRunCheckpoint } from "../run/_run_state.ts";

/** A model from a checkpoint. */
export interface LoadedModel {
  /** The model. */
  readonly model: Transformer;
  /** Configuration of the run. */
  readonly config: RunConfig;
  /** Steps done. */
  readonly step: number;
  /** What its tokens mean. */
  readonly tokenizer: Tokenizer;
  /** Tells its weights from all others: where they lie, how large they are and when they were written. */
  readonly weights: string;
  /** How the last step computed the FFN, and so how the model is to be used. */
  readonly mode: PhaseName;
}

/** Options of {@linkcode loadModel}. */
export interface LoadModelOptions extends LoadNewestCheckpointOptions {
  /** What its tokens mean. Default: the tokenizer that lies with it. */
  readonly tokenizer?: Tokenizer;
}

/**
 * Loads the model of a checkpoint, or of a run's newest whole one, without gradients or optimizer.
 *
 * @param path Folder of a run, of its dense twin (`run/baseline`), or of a checkpoint
 * @param openDevice Opens the device that the run's configuration (or the caller) asks for
 * @param options Who hears of checkpoints that are not whole; another tokenizer
 * @returns The model and what belongs to it
 * @throws {CheckpointError} If the checkpoint is not whole, or none is
 */
export async function loadModel(
  path: string,
  openDevice: (config: RunConfig) => Promise<Device>,
  options: LoadModelOptions = {},
): Promise<LoadedModel> {
  const checkpoint = await findCheckpoint(path, options);
  const { step, model: weights } = checkpoint;
  const { config, state: { session } } = decodeRunCheckpoint(checkpoint);
  const tokenizer = options.tokenizer ?? await tokenizerOf(path, checkpoint);
  const tokens = Math.min(tokenizer.vocabularySize, config.model.vocabularySize);
  const device = await openDevice(config);
  try {
    const model = allocateTransformer(device, transformerConfig(config, tokens), config.train.seed);
    using file = await TensorFile.open(weights);
    // Before the first step, as after an import, weights are all that there is.
    if (step === 0) await beginModel(model, file);
    else await restoreModel(model, { transformer: session.transformer, model: file });
    const mode = phaseAfter(config.recipe, step);
    return { model, config, tokenizer, step, weights: await weightsIdentity(weights), mode };
  } catch (error) {
    device.dispose();
    if (!(error instanceof TypeError)) throw error;
    throw new CheckpointError(`Cannot load the model of ${path} as ${error.message}`, { cause: error });
  }
}

async function tokenizerOf(path: string, { tokenizer }: StoredCheckpoint): Promise<Tokenizer> {
  // Older checkpoints have none, but their run has.
  return tokenizer === undefined ? await loadRunTokenizer(path) : await loadTokenizer(tokenizer);
}
