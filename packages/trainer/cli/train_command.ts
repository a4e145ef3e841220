import {
  createNewRunFolder,
  type DeviceConfig,
  findCheckpoint,
  flattenConfig,
  parseRunPath,
  UsageError,
} from "@beyond24/run";
import { dirname, resolve } from "@std/path";
import { type ConfigSources, resolveConfig } from "../config/resolve_config.ts";
import { joinRanks, type RankPlace, type Ranks, ranksHere } from "../ranks/join_ranks.ts";
import { openDevice } from "../device/open_device.ts";
import { writeReport } from "../report/write_report.ts";
import { shareOfRank } from "../run/ranks.ts";
import { trainRun } from "../run/train_run.ts";
import { type Call, type Command, type CommandFacts, defineCommand } from "./command.ts";
import { commandText } from "./command_text.ts";
import { configSources } from "./config_flags.ts";
import { describeResult } from "./describe_result.ts";
import { exitCodes } from "./exit_codes.ts";
import { type ResumeConfig, resumeConfig } from "./resume_config.ts";
import { computing, loopback, native, rankOfGpus } from "./permissions.ts";
import { runProgress } from "./run_progress.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";
import { type TrainFlags, trainFlags } from "./train_flags.ts";
import { gpusTask, trainOnGpus } from "./train_on_gpus.ts";
import { watchRun } from "./watch_run.ts";
import { writeProfile } from "./write_profile.ts";

const facts = {
  name: "train",
  sentence: "Trains a model, or goes on with a stopped run",
  flags: trainFlags,
  tasks: [
    { name: "train", permissions: { ...computing, write: true } },
    {
      name: "train:native",
      sentence: "Trains with native libraries: OpenBLAS on a CPU, CUDA on an NVIDIA GPU (allows foreign functions)",
      permissions: { ...native, write: true },
    },
    {
      name: gpusTask,
      sentence: "Trains on NVIDIA GPUs in several processes (allows foreign functions, and starting deno)",
      permissions: { ...rankOfGpus, run: ["deno"] },
    },
    {
      name: "train:watch",
      sentence: "Trains with a page on loopback that follows the run",
      flags: ["--dashboard"],
      permissions: { ...computing, write: true, net: [loopback] },
    },
  ],
  examples: [
    ["train", "the tiny preset on this repository's sources"],
    ["train --preset small --data book.txt notes/", "files and folders"],
    ["train --data book.txt --baseline", "with a dense twin on the same batches"],
    ["train --set train.steps=60 sparsity.plan=w1", "single values; explain lists all keys"],
    ["train --resume runs/2026-01-31-120000-tiny", "go on with a stopped run"],
    ["train --resume runs/a --set train.steps=600", "extend a run: its last phase becomes longer"],
    [
      "train --resume runs/a/checkpoints/step-00000200 --set optimizer.learningRate=1e-3",
      "go back to a checkpoint, and on at another rate",
    ],
    ["train --init-from runs/a", "a new run that begins with the weights of another one"],
  ],
} as const satisfies CommandFacts;

/** A configuration that is only printed needs no others. */
function joins(args: readonly string[]): boolean {
  return !args.includes("--print-config");
}

/**
 * `train`: trains a model, or goes on with a run. Processes join before their words are read, as anything may be wrong
 * with these: the launcher ends processes that have joined when the first of them says what.
 */
export const trainCommand: Command = {
  ...facts,
  joins,
  read: async (args, terminal) => {
    const ranks = joins(args) ? await joinRanks() : undefined;
    return defineCommand({ ...facts, run: (call) => begin(call, ranks) }).read(args, terminal);
  },
};

/** What was asked for: a run, by this process or by others that it starts, or its configuration alone. */
async function begin({ flags, words, terminal }: Call<typeof trainFlags>, ranks: Ranks | undefined): Promise<number> {
  const isStart = !flags.printConfig && startsRanks(flags);
  const { config, device } = flags.resume === undefined
    ? await newConfig(flags)
    : await resumeConfig(parseRunPath(flags.resume).run, flags, (message) => terminal.error(`warning: ${message}\n`));
  const command = commandText(["train", ...words]);
  if (isStart) {
    shareOfRank(config, flags.gpus ?? 1); // said once, not by every rank
    return await trainOnGpus(flags.gpus ?? 1, ["train", ...words], device, terminal);
  }
  if (ranks !== undefined) return await train({ config, device, command }, flags, { ranks, terminal });
  terminal.out(JSON.stringify({ ...config, device }, null, 2) + "\n");
  return exitCodes.done;
}

/**
 * The configuration of a run that begins. Unless a preset or a file is named, a branch has that of the run it comes
 * from.
 */
async function newConfig(flags: TrainFlags): Promise<ResumeConfig> {
  const sources = { ...configSources(trainFlags, flags), vocabulary: "data" as const };
  const config = await resolveConfig(flags.initFrom === undefined ? sources : await branch(sources, flags.initFrom));
  return { config, device: config.device };
}

/**
 * Whether this process is to start others, and is none of them.
 *
 * @throws {UsageError} If it is one of another number of processes
 */
function startsRanks({ gpus = 1 }: TrainFlags): boolean {
  const size = ranksHere()?.size;
  if (size === undefined || gpus === 1 || gpus === size) return size === undefined && gpus > 1;
  throw new UsageError(`Cannot start ${gpus} processes as a launcher has started ${size}: leave --gpus out`);
}

async function branch(sources: ConfigSources, initFrom: string): Promise<ConfigSources> {
  const { config, model } = await findCheckpoint(initFrom);
  const flags = { ...sources.flags, "train.initFrom": dirname(resolve(model)) };
  if (sources.preset !== undefined || sources.file !== undefined) return { ...sources, flags };
  return { ...sources, flags, base: flattenConfig(config, initFrom) };
}

async function train(
  { config, device: place, command }: ResumeConfig & { readonly command: string },
  flags: TrainFlags,
  { ranks, terminal }: { readonly ranks: Ranks; readonly terminal: Terminal },
): Promise<number> {
  const { resume, force, overwrite } = flags;
  const device = await openDevice(shareOfCores(place, ranks), terminal.error, ranks.localRank);
  const created = resume === undefined && flags.out === undefined && ranks.rank === 0
    ? await createNewRunFolder("runs", config.preset)
    : "";
  const { run: folder, step: resumeAt } = resume === undefined
    ? { run: await ranks.share(flags.out ?? created), step: undefined }
    : parseRunPath(resume);
  const endWatch = flags.dashboard && ranks.rank === 0 ? await watchRun(folder, terminal) : undefined;
  const stop = stopSignal(terminal, "after this step, with a checkpoint");
  const progress = runProgress(terminal);
  try {
    const summary = await trainRun(config, {
      folder,
      device,
      collectives: await ranks.collectives(device),
      signal: stop.signal,
      observer: progress.observer,
      resume: resume !== undefined,
      ...(resumeAt === undefined ? {} : { resumeAt }),
      force,
      overwrite,
      command,
    });
    await progress.stop();
    if (ranks.rank === 0) {
      if (place.profile) await writeProfile(folder, device, terminal);
      await writeReport(folder);
      terminal.out(describeResult(summary, folder));
    }
    await ranks.end();
    return summary.status === "finished" ? exitCodes.done : exitCodes.interrupted;
  } finally {
    await progress.stop();
    stop.dispose();
    await endWatch?.();
    device.dispose();
    // Only an empty folder can be removed like this: one for a run that could not begin.
    if (created !== "") await Deno.remove(created).catch(() => {});
  }
}

/** Processes on one machine share its cores, unless a number of threads is asked for. */
function shareOfCores(place: DeviceConfig, { localSize }: RankPlace): DeviceConfig {
  if (localSize === 1 || place.threads !== 0) return place;
  return { ...place, threads: Math.max(1, Math.floor(navigator.hardwareConcurrency / localSize)) };
}
