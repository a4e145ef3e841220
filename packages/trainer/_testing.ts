import { createHash } from "node:crypto";
import { createReferenceDevice } from "@beyond24/cpu";
import { applyConfig, type ConfigValues, presetConfig, type RunConfig, type RunSummary } from "@beyond24/run";
import { join } from "@std/path";
import type { Terminal } from "./cli/terminal.ts";
import { trainRun, type TrainRunOptions } from "./run/train_run.ts";

/** Values of a model small enough to train in a blink, with every kind of phase. */
export const microValues: ConfigValues = {
  "model.layers": 1,
  "model.dModel": 16,
  "model.dFfn": 64,
  "model.heads": 2,
  "model.kvHeads": 1,
  "model.headDim": 8,
  "model.sequenceLength": 16,
  "train.batchSize": 2,
  "train.evaluateEvery": 4,
  "train.validationTokens": 96,
  "train.checkpointEvery": 4,
  "sparsity.v": 4,
  "recipe": [{ phase: "dense", steps: 3 }, { phase: "sparse", steps: 5 }, { phase: "dense", steps: 4 }],
  "optimizer.warmupSteps": 2,
  "device.name": "reference",
};

/** Runs `run` with a fresh folder that holds `text.txt`, and removes it afterwards. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const words = ["whale", "ship", "sea", "captain", "harpoon", "leviathan", "mast"];
    const text = Array.from({ length: 900 }, (_, index) => words[index * index % 97 % words.length]).join(" ");
    await Deno.writeTextFile(join(folder, "text.txt"), text);
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The configuration of a micro run on the text of {@linkcode withFolder}. */
export function microConfig(folder: string, values: ConfigValues = {}): RunConfig {
  return applyConfig(
    presetConfig("tiny"),
    { ...microValues, "data.paths": [join(folder, "text.txt")], ...values },
    "a test",
  );
}

/** Trains on the reference device and checks that nothing is left on it. */
export async function microRun(
  config: RunConfig,
  options: Omit<TrainRunOptions, "device">,
): Promise<RunSummary> {
  const device = createReferenceDevice();
  try {
    const summary = await trainRun(config, { ...options, device });
    if (device.liveBytes !== 0) throw new Error(`The run left ${device.liveBytes} bytes on the device`);
    return summary;
  } finally {
    device.dispose();
  }
}

/** A run that stops after `stop` steps, as by a signal. */
export async function stoppedRun(config: RunConfig, folder: string, stop: number): Promise<void> {
  const controller = new AbortController();
  const onSteps = (rows: readonly { step: number }[]) => {
    if ((rows.at(-1)?.step ?? 0) >= stop) controller.abort();
  };
  await microRun(config, { folder, signal: controller.signal, observer: { onSteps } });
}

/** A terminal that remembers what was written. */
export class CaptureTerminal implements Terminal {
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Standard output. */
  written = "";
  /** Standard error. */
  errors = "";

  constructor({ isInteractive = false, columns = 80 } = {}) {
    this.isInteractive = isInteractive;
    this.columns = columns;
  }

  out(text: string): void {
    this.written += text;
  }

  error(text: string): void {
    this.errors += text;
  }
}

/**
 * A digest of a file of a run's checkpoint: to compare files, as the difference of unequal ones takes minutes to print.
 */
export function checkpointDigest(run: string, step: number, name: string): string {
  return createHash("sha256").update(checkpointFile(run, step, name)).digest("hex");
}

/** Bytes of a file of a run's checkpoint. */
export function checkpointFile(run: string, step: number, name: string): Uint8Array {
  return Deno.readFileSync(join(run, "checkpoints", `step-${String(step).padStart(8, "0")}`, name));
}
