import { ByteTokenizer, tokenizerFiles } from "@beyond24/tokenizer";
import { saveCheckpoint } from "@beyond24/checkpoint";
import { durableFileSystem, type FileSystem, replaceFile } from "@beyond24/disk";
import type { ImportedModel } from "@beyond24/hub";
import {
  appendRunStart,
  clearRunFolder,
  createRunFolder,
  lockRunFolder,
  type RunConfig,
  runFolder,
  writeRunConfig,
} from "@beyond24/run";
import { encodeSafetensorsParts } from "@beyond24/safetensors";
import { programRevision, programVersions } from "./_program.ts";
import { type RunState, toJson } from "./_run_state.ts";
import { keepRunTokenizer } from "./keep_run_tokenizer.ts";

/** Options of {@linkcode importRun}. */
export interface ImportRunOptions {
  /** Folder of the run. */
  readonly folder: string;
  /** Removes a run that lies in the folder. Default false. */
  readonly overwrite?: boolean;
  /** The command that the user typed, for the history of the run. Default empty. */
  readonly command?: string;
  /** The disk. Default that of Deno. */
  readonly fileSystem?: FileSystem;
}

/**
 * Makes a run of a model from elsewhere: a checkpoint of step 0, which `train` goes on from and others read. It has
 * weights and no moments, as those of the optimizer begin at zero.
 *
 * @param model The model
 * @param config The configuration of the run, with the model's sizes
 * @param options Folder and disk
 * @returns Path of the checkpoint
 * @throws {UsageError} If the folder holds a run and may not be overwritten, or another process trains into it
 * @throws {DiskError} If the disk is full or refuses
 */
export async function importRun(model: ImportedModel, config: RunConfig, options: ImportRunOptions): Promise<string> {
  const { overwrite = false, command = "", fileSystem = durableFileSystem() } = options;
  const folder = runFolder(options.folder);
  await createRunFolder(folder.path, fileSystem);
  using _lock = await lockRunFolder(folder.path);
  await clearRunFolder(folder, overwrite, fileSystem);
  await keepRunTokenizer(folder, model.tokenizer ?? new ByteTokenizer(), fileSystem);
  if (model.card !== undefined) await replaceFile(folder.modelCard, model.card, fileSystem);
  const { seed } = config.train;
  const path = await saveCheckpoint(folder.checkpoints, {
    step: 0,
    model: model.weights({ dFfn: config.model.dFfn, seed }),
    optimizer: encodeSafetensorsParts({}),
    config: toJson(config),
    state: toJson(initialState(config)),
    ...(model.tokenizer === undefined ? {} : { tokenizer: tokenizerFiles(model.tokenizer) }),
  }, { fileSystem });
  await writeRunConfig(folder, config, fileSystem);
  await appendRunStart(folder.history, {
    time: new Date().toISOString(),
    step: 0,
    command,
    revision: await programRevision(),
    versions: programVersions,
    device: "none",
  }, fileSystem);
  return path;
}

/** Before the first step, nothing but the weights counts. */
function initialState({ train: { seed }, data: { shuffle } }: RunConfig): RunState {
  return {
    session: { loader: { seed, shuffle, epoch: 0, position: 0 }, transformer: { clustered: false, scales: [] } },
    seconds: 0,
    corpus: "",
    device: "none",
    changes: [],
  };
}
