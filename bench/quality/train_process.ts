import { type ConfigValues, runFolder, UsageError } from "@beyond24/run";
import { dirname, fromFileUrl, join } from "@std/path";

/** A run as a process of its own: what a user does with `deno task train:native`. */
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
}

/** How a process ended. */
export type TrainOutcome = "done" | "stopped";

const root = fromFileUrl(new URL("../../", import.meta.url));
const interrupted = [130, 143];

/**
 * Trains until the run is done, or stopped by a signal, after which it can go on. Standard error of the process is kept
 * in `<folder>.log`.
 *
 * @param run The run
 * @param signal Stops it after a checkpoint
 * @throws {Error} If it fails; the message is what the process said
 */
export async function trainInProcess(run: TrainProcess, signal: AbortSignal): Promise<TrainOutcome> {
  const log = `${run.folder}.log`;
  await Deno.mkdir(dirname(run.folder), { recursive: true });
  const deno = ["run", "--quiet", "--no-prompt", `--config=${join(root, "deno.json")}`, "-P=train:native"];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...deno, join(root, "packages/trainer/main.ts"), "train", ...await argumentsOf(run)],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  // A terminal sends Ctrl-C to this process and to the child. A second SIGINT would end it at once; SIGHUP may come any
  // time.
  const stop = () => {
    try {
      child.kill(Deno.build.os === "windows" ? "SIGTERM" : "SIGHUP");
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener("abort", stop);
  try {
    const [{ code }] = await Promise.all([child.status, keepLog(child.stderr, log)]);
    if (code === 0) return "done";
    // One that is stopped while it starts ends by the signal.
    if (interrupted.includes(code) || signal.aborted) return "stopped";
    throw new Error(`${await lastLine(log)} (exit code ${code}, log ${log})`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function keepLog(stderr: ReadableStream<Uint8Array>, path: string): Promise<void> {
  const file = await Deno.open(path, { write: true, create: true, append: true });
  await stderr.pipeTo(file.writable);
}

async function argumentsOf({ folder, preset, values, data, device }: TrainProcess): Promise<string[]> {
  const where = ["--device", device, ...(data.length === 0 ? [] : ["--data", ...data])];
  const set = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  if (await isRun(folder)) {
    await checkSettings(folder, set);
    return ["--resume", folder, ...where];
  }
  await Deno.writeTextFile(settingsFile(folder), set.join("\n"));
  return ["--preset", preset, "--out", folder, ...where, "--set", ...set];
}

/** What a run was begun with lies beside its folder: one that goes on must be the run that is asked for. */
function settingsFile(folder: string): string {
  return `${folder}.settings`;
}

async function checkSettings(folder: string, set: readonly string[]): Promise<void> {
  const before = await Deno.readTextFile(settingsFile(folder)).catch(() => "");
  if (before === set.join("\n")) return;
  throw new UsageError(`Cannot go on with ${folder} as it was begun with other settings: remove it to measure anew`);
}

async function isRun(folder: string): Promise<boolean> {
  return await Deno.stat(runFolder(folder).config).then(() => true, () => false);
}

async function lastLine(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  const lines = text.trimEnd().split("\n");
  return lines.findLast((line) => line.startsWith("error: "))?.slice("error: ".length) ?? lines.at(-1) ?? "";
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
