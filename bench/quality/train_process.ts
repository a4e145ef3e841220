import { makeFolders, replaceFile } from "@beyond24/disk";
import {
  type ConfigField,
  configFields,
  type ConfigValues,
  flattenConfig,
  readRunConfig,
  runFolder,
  UsageError,
} from "@beyond24/run";
import { dirname } from "@std/path";
import { resolveConfig } from "../../packages/trainer/config/resolve_config.ts";
import { type Outcome, runTrainer } from "./trainer_process.ts";

/** A run in a process of its own. */
export interface TrainProcess {
  /** Folder of the run; where it holds a run already, that goes on. */
  readonly folder: string;
  readonly preset: string;
  /** What is set over the preset. */
  readonly values: ConfigValues;
  /** Texts, or a folder of prepared tokens. */
  readonly data: readonly string[];
  /** Kind of device. */
  readonly device: string;
  /** The only GPU that it sees. */
  readonly gpu: string | undefined;
}

/**
 * Trains until the run is done, or stopped by a signal, after which it can go on. Standard error of the process is kept
 * in `<folder>.log`.
 *
 * @param run The run
 * @param signal Stops it after a checkpoint
 * @throws {Error} If it fails; the message is what the process said
 */
export async function trainInProcess(run: TrainProcess, signal: AbortSignal): Promise<Outcome> {
  const { folder, gpu } = run;
  await makeFolders(dirname(folder));
  return await runTrainer({ command: "train", args: await argumentsOf(run), log: `${folder}.log`, gpu }, signal);
}

/** Arguments of the command line that begin the run, or go on with it. */
export async function argumentsOf(
  { folder, preset, values, data, device }: Omit<TrainProcess, "gpu">,
): Promise<string[]> {
  const where = ["--device", device, ...(data.length === 0 ? [] : ["--data", ...data])];
  const set = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  if (await isRun(folder)) {
    await checkSettings(folder, preset, set);
    return ["--resume", folder, ...where];
  }
  await replaceFile(settingsFile(folder), set.join("\n"));
  return ["--preset", preset, "--out", folder, ...where, "--set", ...set];
}

/** What a run was begun with lies beside its folder: one that goes on must be the run that is asked for. */
export function settingsFile(folder: string): string {
  return `${folder}.settings`;
}

async function checkSettings(folder: string, preset: string, set: readonly string[]): Promise<void> {
  const before = await Deno.readTextFile(settingsFile(folder)).catch(() => "");
  const changed = before === set.join("\n") ? await changedByPreset(folder, preset, set) : "what is set";
  if (changed === undefined) return;
  throw new UsageError(
    `Cannot go on with ${folder} as it was begun with other settings (${changed}): remove it to measure anew`,
  );
}

/** The first key whose value would be another one today though the same is set, as presets change with the program. */
async function changedByPreset(folder: string, preset: string, set: readonly string[]): Promise<string | undefined> {
  const own = flattenConfig(await readRunConfig(runFolder(folder), () => {}), folder);
  const asked = flattenConfig(await resolveConfig({ preset, assignments: set }), "the study");
  const decides = ({ resume }: ConfigField) => resume === undefined || resume === "recorded";
  return configFields.entries()
    .filter(([, field]) => decides(field))
    .map(([key]) => key)
    .find((key) => JSON.stringify(own[key]) !== JSON.stringify(asked[key]));
}

async function isRun(folder: string): Promise<boolean> {
  return await Deno.stat(runFolder(folder).config).then(() => true, () => false);
}

/** Bytes of the end of a file of metrics that hold a row. */
const tail = 4096;

/** Steps that a run has done so far, by the end of its file of metrics. */
export async function stepsDone(folder: string): Promise<number> {
  try {
    using file = await Deno.open(runFolder(folder).metrics);
    const { size } = await file.stat();
    await file.seek(Math.max(0, size - tail), Deno.SeekMode.Start);
    const bytes = new Uint8Array(Math.min(size, tail));
    const read = await file.read(bytes) ?? 0;
    const steps = new TextDecoder().decode(bytes.subarray(0, read)).matchAll(/^\{"step":(\d+),.*\}$/gm);
    return Number([...steps].at(-1)?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
