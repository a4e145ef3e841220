import { durableFileSystem, type FileSystem, makeFolders, replaceFolder } from "@beyond24/disk";
import { parameterCounts } from "@beyond24/recipe";
import { dirname, join } from "@std/path";
import { checkOutFolder } from "./_check_out_folder.ts";
import { denseFiles, type ExportType, sparse24Files } from "./_model_files.ts";
import { openRun } from "./_open_run.ts";
import { writeModelFiles } from "./_write_model_files.ts";

/** Bytes of the shards that `transformers` writes. */
const defaultShardBytes = 5e9;
/** Folder of the packed model in that of the export. */
const sparse24Folder = "sparse24";

export type { ExportType };

/** Options of {@linkcode exportHuggingFace}. */
export interface ExportHuggingFaceOptions {
  /** Element type of the weights: as they were trained, or half as long, rounded to nearest. Default `"f32"`. */
  readonly dtype?: ExportType;
  /** Most bytes of the tensors in one file; where all are more, there are shards and an index. Default 5 GB. */
  readonly shardBytes?: number;
  /** Also writes the model with its 2:4 weights packed, into the folder `sparse24` of the export. Default false. */
  readonly sparse24?: boolean;
  /** Replaces an export that lies in the folder. Default false. */
  readonly overwrite?: boolean;
  /** The disk. Default {@linkcode durableFileSystem}. */
  readonly fileSystem?: FileSystem;
  /** Is told of checkpoints that are passed over, as they are not whole. */
  readonly onWarning?: (message: string) => void;
}

/** What was exported. */
export interface ExportSummary {
  /** Optimizer steps of the checkpoint. */
  readonly step: number;
  /** Weights, an embedding that is also the head counted once. */
  readonly parameters: number;
  /** Files of weights, those of 2:4 weights left out. */
  readonly files: readonly string[];
  /** Whether the output head is the embedding. */
  readonly isTied: boolean;
}

/**
 * Writes the model of a checkpoint as `ArceeForCausalLM`, a folder that `transformers`, vLLM, SGLang and llama.cpp read
 * as it is: weights, configuration for `transformers` 4 and 5, tokenizer, and a card that says what it was trained on
 * and how.
 *
 * The folder gets its name when all of it is on the disk. Weights pass through memory one at a time, and none of the
 * numbers changes but by rounding to bf16 where that is asked for: rotary angles, norms and activation are those of
 * `transformers`. A head that is equal to the embedding to the last bit, as in a tied model that was imported, is left
 * out.
 *
 * @param checkpointFolder Folder of a checkpoint, of a run (its newest whole checkpoint), or of a dense twin
 * (`run/baseline`)
 * @param outFolder Folder of the export; it may be missing or empty
 * @param options Element type, shards, 2:4
 * @returns What was exported
 * @throws {CheckpointError} If the checkpoint is not whole, or none is
 * @throws {UsageError} If files lie in the folder, or 2:4 weights are asked for and the run has none
 * @throws {DiskError} If the disk is full or refuses
 *
 * @example Refuse a folder without checkpoints
 * ```ts
 * import { exportHuggingFace } from "@beyond24/hub";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => exportHuggingFace("no/such/run", "hf"), Error, "there is no such folder");
 * ```
 */
export async function exportHuggingFace(
  checkpointFolder: string,
  outFolder: string,
  options: ExportHuggingFaceOptions = {},
): Promise<ExportSummary> {
  const { dtype = "f32", shardBytes = defaultShardBytes, fileSystem = durableFileSystem(), onWarning } = options;
  const { sparse24 = false, overwrite = false } = options;
  using run = await openRun(checkpointFolder, onWarning);
  await checkOutFolder(outFolder, overwrite);
  const dense = await denseFiles(run, dtype);
  const sparse = sparse24 ? sparse24Files(run, dtype, dense) : undefined;
  let files: readonly string[] = [];
  const write = async (folder: string) => {
    files = await writeModelFiles(folder, dense, shardBytes, fileSystem);
    if (sparse === undefined) return;
    const inner = join(folder, sparse24Folder);
    await fileSystem.makeFolder(inner);
    await writeModelFiles(inner, sparse, shardBytes, fileSystem);
    await fileSystem.syncFolder(inner);
  };
  await makeFolders(dirname(outFolder), fileSystem);
  await replaceFolder(outFolder, write, fileSystem);
  const { total, lmHead } = parameterCounts(run.config.model);
  return { step: run.step, parameters: total - (run.isTied ? lmHead : 0), files, isTied: run.isTied };
}
