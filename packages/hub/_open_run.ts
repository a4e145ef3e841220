import { CheckpointError, type StoredCheckpoint, TensorFile } from "@beyond24/checkpoint";
import { readTextFile } from "@beyond24/disk";
import { checkJson } from "@beyond24/disk/json";
import {
  decodeRunConfig,
  findCheckpoint,
  loadRunTokenizer,
  parseRunPath,
  type RunConfig,
  runFolder,
} from "@beyond24/run";
import type { Tokenizer } from "@beyond24/tokenizer";
import { dirname } from "@std/path";
import { Buffer } from "node:buffer";
import * as v from "valibot";
import { embeddingName, headName, hubWeights } from "./weight_table.ts";

/** A run at one of its checkpoints, open to be exported. */
export interface ExportedRun extends Disposable {
  /** Folder of the run. */
  readonly folder: string;
  /** Optimizer steps done. */
  readonly step: number;
  /** The configuration, its vocabulary without what only fills it up. */
  readonly config: RunConfig;
  /** The tokenizer. */
  readonly tokenizer: Tokenizer;
  /** The weights. */
  readonly weights: TensorFile;
  /** Whether the output head is the embedding, to the last bit. */
  readonly isTied: boolean;
  /** Factors of soft-thresholded weights: a record a layer, by product. */
  readonly scales: readonly Readonly<Record<string, number>>[];
  /** The card that the model was imported with, of a run that has not trained it since. */
  readonly importedCard: string | undefined;
}

/** Tokens of a model for each one of its tokenizer, before that is taken for a mistake. */
const mostRoom = 2;

const stateSchema = v.object({
  session: v.object({ transformer: v.object({ scales: v.array(v.record(v.string(), v.number())) }) }),
});

/**
 * Opens a checkpoint, or the newest whole one of a run.
 *
 * @throws {CheckpointError} If none is whole, or it is not one of a run
 */
export async function openRun(path: string, onWarning?: (message: string) => void): Promise<ExportedRun> {
  const checkpoint = await findCheckpoint(path, onWarning === undefined ? {} : { onWarning });
  const { step } = checkpoint;
  const trained = decodeRunConfig(checkpoint.config, "the configuration of the checkpoint");
  const { run: folder } = parseRunPath(path);
  const tokenizer = await loadRunTokenizer(dirname(checkpoint.model));
  const { vocabularySize } = trained.model;
  if (vocabularySize > mostRoom * tokenizer.vocabularySize) {
    onWarning?.(
      `The export of ${path} has a tokenizer of ${tokenizer.vocabularySize} tokens, and the model ` +
        `${vocabularySize}: if it was trained on others, put their tokenizer.json into ${folder}`,
    );
  }
  const importedCard = step === 0 ? await readTextFile(runFolder(folder).modelCard) : undefined;
  const scales = decodeScales(checkpoint);
  const weights = await TensorFile.open(checkpoint.model);
  try {
    checkWeights(weights, trained, path);
    const config = step === 0 ? trained : withoutRoom(trained, tokenizer.vocabularySize);
    const isTied = await areEqual(weights, embeddingName, headName);
    const close = () => weights[Symbol.dispose]();
    return { folder, step, config, tokenizer, weights, isTied, scales, importedCard, [Symbol.dispose]: close };
  } catch (error) {
    weights[Symbol.dispose]();
    throw error;
  }
}

/**
 * A model whose vocabulary ends with that of its tokenizer. The rows behind it are never predicted here and get no
 * gradient, but other programs would give them probability. An imported model that has not been trained keeps what it
 * came with.
 */
function withoutRoom(config: RunConfig, tokens: number): RunConfig {
  const { model } = config;
  if (tokens >= model.vocabularySize || model.vocabularySize > mostRoom * tokens) return config;
  return { ...config, model: { ...model, vocabularySize: tokens } };
}

function decodeScales({ step, state }: StoredCheckpoint): ExportedRun["scales"] {
  try {
    return checkJson(stateSchema, state).session.transformer.scales;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CheckpointError(
      `Cannot export the checkpoint of step ${step} as it is not one of a run: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** The checksums say that the file is what was written; this says that it is this model. */
function checkWeights({ header: { entries } }: TensorFile, { model }: RunConfig, path: string): void {
  for (const { ours, ourShape } of hubWeights(model)) {
    const entry = entries[ours];
    if (entry?.dtype === "F32" && String(entry.shape) === String(ourShape)) continue;
    const value = entry === undefined ? "missing" : `${entry.dtype} [${entry.shape}]`;
    throw new CheckpointError(`Cannot export ${path} as ${ours} must be F32 [${ourShape}]: current value is ${value}`);
  }
}

/** Whether two tensors of the same shape have the same bits. Both are read in pieces, up to the first difference. */
async function areEqual(file: TensorFile, left: string, right: string): Promise<boolean> {
  const others = file.pieces(right);
  for await (const piece of file.pieces(left)) {
    const { value: other } = await others.next();
    if (other === undefined || Buffer.compare(piece, other) !== 0) return false;
  }
  return true;
}
