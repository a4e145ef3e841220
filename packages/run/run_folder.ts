import { join } from "@std/path";
import { UsageError } from "./usage_error.ts";

/** Paths of what a run leaves behind. */
export interface RunFolder {
  /** The folder itself. */
  readonly path: string;
  /** The resolved configuration. */
  readonly config: string;
  /** One object a step. */
  readonly metrics: string;
  /** The same of the dense twin. */
  readonly baselineMetrics: string;
  /** Losses, times, phases. */
  readonly summary: string;
  /** The picture. */
  readonly report: string;
  /** Folder of the checkpoints. */
  readonly checkpoints: string;
  /** Folder of what the dense twin needs to be resumed. */
  readonly baseline: string;
}

/**
 * The names in a run's folder.
 *
 * @param path The folder
 * @returns Paths
 *
 * @example Find the metrics
 * ```ts
 * import { runFolder } from "@beyond24/run";
 * import { assert } from "@std/assert";
 *
 * assert(runFolder("runs/a").metrics.endsWith("metrics.jsonl"));
 * ```
 */
export function runFolder(path: string): RunFolder {
  return {
    path,
    config: join(path, "config.json"),
    metrics: join(path, "metrics.jsonl"),
    baselineMetrics: join(path, "baseline.jsonl"),
    summary: join(path, "summary.json"),
    report: join(path, "report.html"),
    checkpoints: join(path, "checkpoints"),
    baseline: join(path, "baseline"),
  };
}

/**
 * Creates the folder of a new run.
 *
 * @param folder Paths
 * @throws {UsageError} If the folder cannot be created
 */
export async function createRunFolder({ path }: RunFolder): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot create folder ${path} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Makes sure that a folder holds no run.
 *
 * @param folder Paths
 * @param overwrite Whether a run that lies there is removed; other files stay
 * @throws {UsageError} If a run lies there and `overwrite` is false
 */
export async function clearRunFolder({ path, ...files }: RunFolder, overwrite: boolean): Promise<void> {
  const present: string[] = [];
  for (const file of Object.values(files)) if (await exists(file)) present.push(file);
  if (present.length > 0 && !overwrite) {
    throw new UsageError(
      `Cannot train into ${path} as it already holds a run: use another --out, --resume ${path} to go on with it, or ` +
        "--overwrite to lose it",
    );
  }
  for (const file of present) await Deno.remove(file, { recursive: true });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
