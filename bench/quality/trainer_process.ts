import { fromFileUrl, join } from "@std/path";

/** A command of the trainer as a process of its own: what a user does with `deno task train:native`. */
export interface TrainerProcess {
  /** The command: `train` has the permissions of `train:native`, and so on. */
  readonly command: "train" | "evaluate";
  /** Its arguments. */
  readonly args: readonly string[];
  /** File that standard error is kept in. */
  readonly log: string;
  /** The only GPU that it sees, by number; undefined for all of them. */
  readonly gpu: string | undefined;
}

/** How a process ended. */
export type Outcome = "done" | "stopped";

const root = fromFileUrl(new URL("../../", import.meta.url));
const interrupted = [130, 143];

/**
 * Runs a command until it is done, or stopped by a signal, after which the same one goes on.
 *
 * @param process The command
 * @param signal Stops it after the step in hand
 * @throws {Error} If it fails; the message is what the process said
 */
export async function runTrainer({ command, args, log, gpu }: TrainerProcess, signal: AbortSignal): Promise<Outcome> {
  if (signal.aborted) return "stopped";
  const deno = ["run", "--quiet", "--no-prompt", `--config=${join(root, "deno.json")}`, `-P=${command}:native`];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...deno, join(root, "bench/quality/trainer_child.ts"), command, ...args],
    cwd: root,
    env: gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu },
    // Open as long as this process is there: the child ends when it is not.
    stdin: "piped",
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
    const [{ code }, said] = await Promise.all([child.status, keepLog(child.stderr, log)]);
    if (code === 0) return "done";
    // One that is stopped while it starts ends by the signal.
    if (interrupted.includes(code) || signal.aborted) return "stopped";
    throw new Error(`${lastLine(said)} (exit code ${code}, log ${log})`);
  } finally {
    signal.removeEventListener("abort", stop);
    await child.stdin.close().catch(() => {});
  }
}

/** Characters of the end of what a process says that are kept for a message. */
const keptEnd = 4096;

/**
 * Keeps what a process says in a file, as far as the disk takes it: a log that cannot be written stops no run.
 *
 * @returns The end of it
 */
async function keepLog(stderr: ReadableStream<Uint8Array>, path: string): Promise<string> {
  let file = await Deno.open(path, { write: true, create: true, append: true }).catch(() => undefined);
  let end = "";
  const decoder = new TextDecoder();
  for await (const bytes of stderr) {
    end = (end + decoder.decode(bytes, { stream: true })).slice(-keptEnd);
    await file?.write(bytes).catch(() => {
      file?.close();
      file = undefined;
    });
  }
  file?.close();
  return end;
}

function lastLine(said: string): string {
  const lines = said.trimEnd().split("\n");
  return lines.findLast((line) => line.startsWith("error: "))?.slice("error: ".length) ?? lines.at(-1) ?? "";
}
