import { flattenConfig, type RunConfig } from "@beyond24/run";
import { Command } from "commander";
import { dirname, join, resolve } from "@std/path";
import { type ConfigSources, resolveConfig } from "../config/resolve_config.ts";
import { openDevice } from "../device/open_device.ts";
import { writeReport } from "../report/write_report.ts";
import { findCheckpoint, parseRunPath } from "../run/find_checkpoint.ts";
import { trainRun } from "../run/train_run.ts";
import { addConfigOptions, type ConfigOptions, configSources } from "./config_options.ts";
import { exitCodes } from "./exit_codes.ts";
import { runProgress } from "./run_progress.ts";
import { type ResumeConfig, resumeConfig } from "./resume_config.ts";
import { describeResult } from "./describe_result.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";
import { writeProfile } from "./write_profile.ts";
import { watchRun } from "./watch_run.ts";

/** What the flags of `train` parse to. */
export interface TrainOptions extends ConfigOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly initFrom?: string;
  readonly force?: boolean;
  readonly overwrite?: boolean;
  readonly printConfig?: boolean;
  readonly dashboard?: boolean;
}

const examples = `
Examples:
  train                                          the tiny preset on this repository's sources
  train --preset small --data book.txt notes/    files and folders
  train --data book.txt --baseline               with a dense twin on the same batches
  train --set train.steps=60 sparsity.plan=w1    single values; --print-config shows all keys
  train --resume runs/2026-01-31-120000-tiny     go on with a stopped run
  train --resume runs/a --set train.steps=600    extend a run: its last phase becomes longer
  train --resume runs/a/checkpoints/step-00000200 --set optimizer.learningRate=1e-3
                                                 go back to a checkpoint, and on at another rate
  train --init-from runs/a                       a new run that begins with the weights of another one`;

/** `train`: trains a model, or goes on with a run. */
export function trainCommand(terminal: Terminal, onExit: (code: number) => void): Command {
  const command = addConfigOptions(new Command("train").description("Trains a model, or goes on with a stopped run."))
    .option("--data <path...>", "text files and folders (default: this repository's sources and documents)")
    .option("--out <dir>", "folder of the run (default: runs/<date-time>-<preset>)")
    .option("--seed <number>", "seed of weights, batches and clustering")
    .option("--device <name>", "auto, reference, cpu, webgpu or cuda")
    .option("--blas <library>", "for products on the CPU: auto, off or the path of a library (needs --allow-ffi)")
    .option("--baseline", "also train the dense twin on the same batches")
    .option("--resume <dir>", "go on with the run in this folder, or from this checkpoint of a run")
    .option("--init-from <dir>", "begin with the weights of this checkpoint, or of a run's newest one")
    .option("--force", "train although most of the vocabulary can never occur")
    .option("--overwrite", "remove a run that lies in the folder")
    .option("--profile", "measure every kernel (webgpu): a table, and profile.json in the folder of the run")
    .option("--dashboard", "serve a page on loopback that follows the run")
    .option("--print-config", "print the resolved configuration and stop")
    .addHelpText("after", examples);
  return command.action(async (options: TrainOptions) => {
    const { config, device } = options.resume === undefined
      ? await newConfig(options)
      : await resumeConfig(parseRunPath(options.resume).run, options);
    if (options.printConfig) terminal.out(JSON.stringify({ ...config, device }, null, 2) + "\n");
    else onExit(await train(config, device, options, terminal));
  });
}

/** The configuration of a run that begins. Unless a preset or a file is named, a branch has that of the run it comes from. */
async function newConfig(options: TrainOptions): Promise<ResumeConfig> {
  const sources = configSources(options);
  const config = await resolveConfig(
    options.initFrom === undefined ? sources : await branch(sources, options.initFrom),
  );
  return { config, device: config.device };
}

async function branch(sources: ConfigSources, initFrom: string): Promise<ConfigSources> {
  const { config, model } = await findCheckpoint(initFrom);
  const flags = { ...sources.flags, "train.initFrom": dirname(resolve(model)) };
  if (sources.preset !== undefined || sources.file !== undefined) return { ...sources, flags };
  return { ...sources, flags, base: flattenConfig(config, initFrom) };
}

async function train(
  config: RunConfig,
  place: RunConfig["device"],
  options: TrainOptions,
  terminal: Terminal,
): Promise<number> {
  const { run, step: resumeAt } = options.resume === undefined
    ? { run: options.out ?? defaultFolder(config.preset), step: undefined }
    : parseRunPath(options.resume);
  const folder = run;
  const device = await openDevice(place, terminal.error);
  const endWatch = options.dashboard ? await watchRun(folder, terminal) : undefined;
  const stop = stopSignal(terminal);
  const progress = runProgress(terminal);
  try {
    const resume = options.resume !== undefined;
    const overwrite = options.overwrite ?? false;
    const { force = false } = options;
    const how = { resume, overwrite, force, ...(resumeAt === undefined ? {} : { resumeAt }) };
    const summary = await trainRun(config, {
      folder,
      device,
      signal: stop.signal,
      observer: progress.observer,
      ...how,
    });
    progress.stop();
    if (place.profile) await writeProfile(folder, device, terminal);
    await writeReport(folder);
    terminal.out(describeResult(summary, folder));
    return summary.status === "finished" ? exitCodes.done : exitCodes.interrupted;
  } finally {
    progress.stop();
    stop.dispose();
    await endWatch?.();
    device.dispose();
  }
}

/** `runs/2026-01-31-120000-tiny`. */
function defaultFolder(preset: string): string {
  const [date = "", time = ""] = new Date().toISOString().split("T");
  return join("runs", `${date}-${time.slice(0, 8).replaceAll(":", "")}-${preset}`);
}
