/**
 * Makes the paper's tables and figures again, at sizes that fit: `deno task reproduce --size 23m --data book.txt`. Each
 * run is a run of `deno task train:native`; its row lands in `bench/quality/results`, from which `deno task
 * build:quality` draws `docs/quality.md`.
 *
 * @module
 */
import { formatDuration, UsageError } from "@beyond24/run";
import { fromFileUrl, join, resolve } from "@std/path";
import { defineCommand } from "../../packages/trainer/cli/command.ts";
import { describeCommand } from "../../packages/trainer/cli/describe_help.ts";
import { enterCallersFolder } from "../../packages/trainer/cli/enter_callers_folder.ts";
import { exitCodeOf, exitCodes } from "../../packages/trainer/cli/exit_codes.ts";
import type { FlagValues } from "../../packages/trainer/cli/flag.ts";
import { stopSignal } from "../../packages/trainer/cli/stop_signal.ts";
import { consoleTerminal, type Terminal } from "../../packages/trainer/cli/terminal.ts";
import { programRevision } from "../../packages/trainer/run/_program.ts";
import { checkTasksFit, tasksFolder } from "./check_tasks.ts";
import type { ReproduceContext } from "./context.ts";
import { corpusFacts, corpusNotes } from "./corpus_facts.ts";
import { chooseJobs, jobName, type QualityJob, stepsOf, timingName } from "./jobs.ts";
import { describeMix } from "./describe_mix.ts";
import { describeOlder } from "./describe_older.ts";
import { messageOf } from "./message_of.ts";
import { type ExpectedJob, queueProgress } from "./queue_progress.ts";
import { reproduceFlags } from "./reproduce_flags.ts";
import { readRows, type ResultRow } from "./result_row.ts";
import { isWhole, jobFolder, keptRow, restoreRow, runJob } from "./run_job.ts";
import { noteRevisions, noteScores, rowsBefore, tryToWriteRows } from "./rows_before.ts";
import { queueTime, runQueue } from "./run_queue.ts";
import { qualitySizes, type SizeName } from "./sizes.ts";
import { taskGone } from "./task_gone.ts";
import { timePlans } from "./time_plans.ts";
import { predictSeconds, type Timing, usualOverhead } from "./timing.ts";
import { stepsDone } from "./train_process.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));
/** The folder whose rows are drawn as `docs/quality.md`. */
const drawnRows = fromFileUrl(new URL("results", import.meta.url));

type Flags = FlagValues<typeof reproduceFlags>;

const reproduce = defineCommand({
  name: "reproduce",
  sentence: "Makes the paper's tables and figures again at sizes that fit, and writes a row of results for each run",
  flags: reproduceFlags,
  tasks: [],
  examples: [
    ["reproduce --size tiny --data book.txt", "all tables on a CPU, in half an hour"],
    ["reproduce --size 23m --data text/ --only table2 --seeds 1,2,3,4", "four paired seeds of the recipe on a GPU"],
    ["reproduce --size 23m --data text/ --only table3/w1,table4", "a row and a table"],
    ["reproduce --size 23m --data text/ --steps 800 --jobs 2 --minutes 9", "shorter, two at once, for nine minutes"],
    ["reproduce --size 125m --data tokens --gpus 0,1 --tasks tasks/", "a run on each of two GPUs, scored on six tasks"],
  ],
  run: async ({ flags, terminal }) => {
    const jobs = chooseJobs({
      sizes: distinct("--size", listOf("--size", flags.size).map(sizeNamed)),
      seeds: distinct("--seeds", listOf("--seeds", flags.seeds).map(seedOf)),
      only: listOf("--only", flags.only),
      ...(flags.steps === undefined ? {} : { steps: flags.steps }),
    });
    const stop = stopSignal(terminal, "after this step of the run, to go on with the same command");
    try {
      return await reproduceJobs(jobs, await contextOf(flags, stop.signal), flags, terminal);
    } finally {
      stop.dispose();
    }
  },
});

/** The words of a flag between its commas; none for a flag that is not there. */
function listOf(flag: string, words: string | undefined): string[] {
  if (words === undefined) return [];
  const list = words.split(",").map((word) => word.trim());
  if (list.every((word) => word !== "")) return list;
  throw new UsageError(`Cannot use ${flag} as a name is empty: current value is ${words}`);
}

/** The values of a flag, each of which may be named once. */
function distinct<Value extends string | number>(flag: string, values: readonly Value[]): readonly Value[] {
  const again = values.find((value, index) => values.indexOf(value) < index);
  if (again === undefined) return values;
  throw new UsageError(`Cannot use ${flag} as each must be named once: current value is ${values.join(",")}`);
}

function sizeNamed(name: string): SizeName {
  const sizes = Object.keys(qualitySizes) as SizeName[];
  const found = sizes.find((size) => size === name);
  if (found !== undefined) return found;
  throw new UsageError(`Cannot use --size as it must be of ${sizes.join(", ")}: current value is ${name}`);
}

function seedOf(word: string): number {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  throw new UsageError(`Cannot use --seeds as they must be whole numbers, such as 1,2: current value is ${word}`);
}

function gpuOf(word: string): string {
  if (/^\d{1,3}$/.test(word)) return String(Number(word));
  throw new UsageError(`Cannot use --gpus as they must be whole numbers, such as 0,1: current value is ${word}`);
}

async function contextOf(flags: Flags, stop: AbortSignal): Promise<ReproduceContext> {
  const data = (flags.data ?? []).map((path) => resolve(path));
  const limit = flags.minutes === undefined ? [] : [AbortSignal.timeout(flags.minutes * 60_000)];
  return {
    data,
    corpus: await corpusFacts(data),
    device: deviceOf(flags),
    runs: resolve(flags.runs ?? join(root, "runs/quality")),
    out: resolve(flags.out ?? drawnRows),
    atOnce: flags.jobs,
    gpus: distinct("--gpus", listOf("--gpus", flags.gpus).map(gpuOf)),
    tasks: await tasksFolder(flags.tasks),
    keepsCheckpoints: flags.keep,
    // What is said counts: a copy of the program may lie in a checkout that was left behind.
    namedRevision: flags.revision,
    revision: flags.revision ?? await programRevision() ?? undefined,
    signal: AbortSignal.any([stop, taskGone(), ...limit]),
  };
}

/** Kind of device of all runs: that of named GPUs is CUDA, so that none is computed elsewhere for want of one. */
function deviceOf({ device, gpus }: Pick<Flags, "device" | "gpus">): Flags["device"] {
  if (gpus === undefined) return device;
  if (device === "auto" || device === "cuda") return "cuda";
  throw new UsageError(`Cannot use --gpus with --device ${device} as GPUs are chosen by number for cuda alone`);
}

async function reproduceJobs(
  all: readonly QualityJob[],
  context: ReproduceContext,
  { dryRun, time }: Flags,
  terminal: Terminal,
): Promise<number> {
  if (context.tasks !== undefined) {
    await checkTasksFit(context.tasks, new Set(all.map(({ size }) => size)), context.corpus);
  }
  const { jobs, made } = await jobsLeft(all, context, dryRun);
  const say = (line: string) => terminal.out(`${line}\n`);
  say(
    `${jobs.length} of ${all.length} runs to make; the others ${dryRun ? "are made" : `have rows in ${context.out}`}`,
  );
  for (const note of [...noteRevisions(made, context.revision), ...noteScores(made, context.tasks)]) {
    say(`note: ${note}`);
  }
  for (const note of describeOlder(made)) say(`note: of an older preset, ${note}`);
  for (const note of corpusNotes(jobs, context.corpus)) say(`note: ${note}`);
  if (dryRun) return list(jobs, say);
  if (jobs.length === 0) return exitCodes.done;
  await tryToWriteRows(context.out);
  const times = await timePlans(jobs, context, say);
  if (times === undefined) return stopped(say);
  const { timings, isEstimate } = times;
  const overhead = usualOverhead(timings.values());
  const expected = jobs.flatMap((job): (ExpectedJob & { timing: Timing })[] => {
    const timing = timings.get(timingName(job));
    if (timing === undefined) return [];
    const seconds = predictSeconds(job, timing.steps, context.corpus, overhead);
    return [{ job, timing, folder: jobFolder(job, context), seconds }];
  });
  const left = jobs.length - expected.length;
  if (left > 0) say(`${left} of ${jobs.length} runs are left out, as their steps could not be timed`);
  if (expected.length === 0) return exitCodes.internal;
  const words = describeTime(await Promise.all(expected.map(secondsLeft)), context);
  say(isEstimate ? `${words}; an estimate, as plans not timed yet are taken to be like one that was` : words);
  if (time) return left > 0 ? exitCodes.internal : exitCodes.done;
  const hasAll = await runAll(expected, context, terminal);
  for (const line of describeMix(await readRows(context.out))) say(`note: ${line}`);
  if (context.signal.aborted) return stopped(say);
  if (!hasAll || left > 0) {
    say("Not every run has a row: why is said above, and the same command tries those that are missing again");
    return exitCodes.internal;
  }
  if (context.out === drawnRows) say("Done. Draw docs/quality.md: deno task build:quality");
  else say(`Done. Rows are in ${context.out}; deno task build:quality draws those of ${drawnRows}`);
  return exitCodes.done;
}

/** The jobs that are to be made, and the rows of the others, which are written where they are wanted. */
async function jobsLeft(
  all: readonly QualityJob[],
  context: ReproduceContext,
  dryRun: boolean,
): Promise<{ jobs: QualityJob[]; made: ResultRow[] }> {
  const jobs: QualityJob[] = [];
  const made: ResultRow[] = [];
  const before = await rowsBefore(all, context);
  for (const job of all) {
    const there = before.get(jobName(job));
    const isDone = there !== undefined && isWhole(there, context);
    const kept = isDone ? undefined : await (dryRun ? keptRow : restoreRow)(job, context);
    const row = kept ?? there;
    // A row that was kept without scores has a checkpoint to be scored; any other one stays as it is.
    if (row === undefined || (kept !== undefined && !isWhole(kept, context))) jobs.push(job);
    else made.push(row);
  }
  return { jobs, made };
}

function stopped(say: (line: string) => void): number {
  say("Stopped: the same command goes on from there");
  return exitCodes.interrupted;
}

/** Seconds of what a job that was begun before has not done. */
async function secondsLeft({ job, folder, seconds }: ExpectedJob): Promise<number> {
  return seconds * (1 - Math.min(1, await stepsDone(folder) / stepsOf(job)));
}

/**
 * How long runs will take. Each device has runs of its own; those that share one take between the time of one alone, as
 * where it has room, and that of one after the other.
 */
export function describeTime(
  seconds: readonly number[],
  { atOnce, gpus }: Pick<ReproduceContext, "atOnce" | "gpus">,
): string {
  const devices = Math.max(1, gpus.length);
  const [apart, together] = [devices, devices * atOnce].map((places) => formatDuration(queueTime(seconds, places)));
  const where = devices === 1 ? "one device" : `each of ${devices} GPUs`;
  if (atOnce === 1) return `about ${apart}, one run at a time on ${where}`;
  return `about ${together} to ${apart}, ${atOnce} runs at a time on ${where}: how much it has room for them decides`;
}

function list(jobs: readonly QualityJob[], say: (line: string) => void): number {
  for (const job of jobs) say(jobName(job));
  return exitCodes.done;
}

/** Runs that go on at the same time, on all cards. */
function slotsOf({ atOnce, gpus }: ReproduceContext): number {
  return atOnce * Math.max(1, gpus.length);
}

/** Makes all runs; whether each of them gave its row. */
async function runAll(
  expected: readonly (ExpectedJob & { readonly timing: Timing })[],
  context: ReproduceContext,
  terminal: Terminal,
): Promise<boolean> {
  const { gpus, signal } = context;
  const slots = slotsOf(context);
  using progress = queueProgress(expected, { atOnce: slots, signal }, terminal);
  let hasAll = true;
  await runQueue(expected, { atOnce: slots, signal }, async (one, place) => {
    progress.begin(one);
    const { row, words } = await outcomeOf(runJob(one.job, one.timing, context, gpus[place % gpus.length]));
    if (row === undefined) hasAll = false;
    progress.end(one, `${jobName(one.job)}: ${words}`, row !== undefined);
  });
  return hasAll;
}

/** How a run ended: with a row, stopped, or with an error. */
async function outcomeOf(run: Promise<ResultRow | undefined>): Promise<{ row?: ResultRow; words: string }> {
  try {
    const row = await run;
    return row === undefined ? { words: "stopped" } : { row, words: describeRow(row) };
  } catch (error) {
    return { words: `error: ${messageOf(error)}` };
  }
}

function describeRow(row: ResultRow): string {
  return `validation loss ${row.val_loss.toFixed(4)}, ${row.bits_per_byte.toFixed(4)} bits per byte, ` +
    `${row.steps} steps in ${formatDuration(row.wall_seconds)}`;
}

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    if (!args.includes("--help")) {
      const action = await reproduce.read(args, terminal);
      return await action();
    }
    terminal.out(describeCommand(reproduce, terminal.columns));
    return exitCodes.done;
  } catch (error) {
    terminal.error(`error: ${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}

if (import.meta.main) {
  enterCallersFolder();
  Deno.exit(await main(Deno.args, consoleTerminal));
}
