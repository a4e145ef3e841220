import { loadNewestConfig } from "@beyond24/checkpoint";
import { type FileSystem, readTextFile, replaceFile } from "@beyond24/disk";
import { parseJson } from "@beyond24/disk/json";
import { checkConfig } from "./config/check_config.ts";
import { flattenConfig } from "./config/flatten_config.ts";
import { recordedConfig } from "./config/recorded_config.ts";
import type { RunConfig } from "./config/run_config.ts";
import { isCheckpoint } from "./find_checkpoint.ts";
import type { RunFolder } from "./run_folder.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Makes a configuration of a value of JSON. A key that an older program did not know has what it did then.
 *
 * @param value Any value
 * @param source Where it was read, for messages
 * @returns The configuration, in which everything fits together
 * @throws {UsageError} If it is none
 *
 * @example Decode
 * ```ts
 * import { decodeRunConfig, presetConfig } from "@beyond24/run";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(decodeRunConfig(presetConfig("tiny"), "config.json"), presetConfig("tiny"));
 * assertThrows(() => decodeRunConfig({ preset: "tiny", train: { steps: "many" } }, "config.json"), Error, "train.steps");
 * ```
 */
export function decodeRunConfig(value: unknown, source: string): RunConfig {
  const values = flattenConfig(value, source);
  const { preset } = values;
  if (typeof preset !== "string") {
    const shown = JSON.stringify(preset) ?? "missing";
    throw new UsageError(`Cannot read ${source} as its preset must be the name of one: current value is ${shown}`);
  }
  const config = recordedConfig(values, source);
  checkConfig(config);
  return config;
}

/**
 * Reads the configuration of a run. When the file is missing, torn or wrong, the copy in the newest checkpoint is as
 * good.
 *
 * @param folder Paths
 * @param onWarning Is told when it is the copy
 * @returns The configuration
 * @throws {UsageError} If there is neither, or the folder is a checkpoint
 * @throws {DiskError} If the system refuses it
 */
export async function readRunConfig(folder: RunFolder, onWarning: (message: string) => void): Promise<RunConfig> {
  if (await isCheckpoint(folder.path)) {
    throw new UsageError(`Cannot read ${folder.path} as it is a checkpoint: name the folder of its run`);
  }
  try {
    return await readOwn(folder);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const copy = await loadNewestConfig(folder.checkpoints);
    if (copy === undefined) throw error;
    onWarning(`${error.message}. The copy in the newest checkpoint is used`);
    return decodeRunConfig(copy, `the newest checkpoint in ${folder.checkpoints}`);
  }
}

/**
 * Writes the configuration of a run.
 *
 * @param folder Paths
 * @param config The configuration
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 */
export async function writeRunConfig(folder: RunFolder, config: RunConfig, fileSystem: FileSystem): Promise<void> {
  await replaceFile(folder.config, JSON.stringify(config, null, 2) + "\n", fileSystem);
}

async function readOwn({ path: run, config: path }: RunFolder): Promise<RunConfig> {
  const text = await readTextFile(path);
  if (text === undefined) throw new UsageError(`Cannot read ${run} as it holds no run: ${path} does not exist`);
  try {
    return decodeRunConfig(parseJson(text), path);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`Cannot read ${path} as ${error.message}`, { cause: error });
    throw error;
  }
}
