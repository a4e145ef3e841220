import { diskError } from "@beyond24/disk";
import type { PhaseSummary, ScoreRow } from "@beyond24/run";
import { join, SEPARATOR } from "@std/path";
import { isRunName, nameOf } from "./jobs.ts";
import type { RunName } from "./experiments.ts";
import { qualitySizes, type SizeName } from "./sizes.ts";

/** Times of steps in milliseconds: medians of a run that had the device to itself. */
export interface StepTimes {
  readonly dense: number;
  /** Null where no step is sparse. */
  readonly sparse: number | null;
}

/** What one run measured: the contents of a file of results. */
export interface ResultRow {
  readonly format: "beyond24-quality-1";
  readonly size: SizeName;
  readonly run: RunName;
  readonly seed: number;
  /** Steps of the dense run that it is held against. */
  readonly study_steps: number;
  /** Whether these are fewer than a whole study of the size has. */
  readonly is_shorter: boolean;
  /** Steps of this run. */
  readonly steps: number;
  /** Dense and sparse steps in their order. */
  readonly recipe: string;
  /** What was set over the preset of the size. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Commits that computed it; empty when the program did not lie in a checkout. */
  readonly revisions: readonly string[];
  readonly device: string;
  /** Digest of the corpus. */
  readonly corpus: string;
  /** When it ended, in UTC. */
  readonly date: string;
  readonly parameters: number;
  /** Tokens trained on, and how many times over that is what there is to train on. */
  readonly tokens: number;
  readonly epochs: number;
  /** Tokens of each validation. */
  readonly validation_tokens: number;
  /** Mean training loss of the last 100 steps, nats per token. */
  readonly train_loss: number;
  /** Last validation loss, nats per token. */
  readonly val_loss: number;
  /** The same in bits per byte. */
  readonly bits_per_byte: number;
  /** Times of steps alone on the device. */
  readonly step_ms: StepTimes;
  /** Times of steps in this run; other runs may have shared the device. */
  readonly phases: readonly PhaseSummary[];
  /** Runs that shared the device. */
  readonly runs_at_once: number;
  /** Seconds of the whole run, validation and checkpoints included. */
  readonly wall_seconds: number;
  /** Validation losses: pairs of step and loss. */
  readonly curve: readonly (readonly [step: number, loss: number])[];
  /** What its last checkpoint scores on tasks, where it was scored. */
  readonly scores?: readonly ScoreRow[];
}

/**
 * Reads every row of a folder of results, sorted by name.
 *
 * @throws {SyntaxError} If a file is damaged, or the row of another run than its name says
 */
export async function readRows(folder: string): Promise<ResultRow[]> {
  const rows: [string, ResultRow][] = [];
  for (const size of Object.keys(qualitySizes)) {
    for await (const name of filesOf(join(folder, size))) {
      const path = join(folder, size, name);
      const row = decodeRow(await Deno.readTextFile(path), path);
      checkName(row, path);
      rows.push([path, row]);
    }
  }
  return rows.toSorted(([a], [b]) => a < b ? -1 : 1).map(([, row]) => row);
}

function checkName(row: ResultRow, path: string): void {
  const name = rowName(row);
  if (path.endsWith(join(SEPARATOR, `${name}.json`))) return;
  throw new SyntaxError(`Cannot use ${path} as it is the row of another run: remove it, or name it ${name}.json`);
}

/** Name of the run of a row, and of its file. */
export function rowName({ study_steps, is_shorter, ...job }: ResultRow): string {
  return nameOf({ ...job, steps: study_steps }, is_shorter);
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) if (isFile && name.endsWith(".json")) yield name;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw diskError(`read rows in ${folder}`, error);
  }
}

/**
 * Reads one row.
 *
 * @throws {SyntaxError} If it is not one that this program wrote
 */
export function decodeRow(text: string, path: string): ResultRow {
  const value = parseJson(text);
  const problem = problemOf(value);
  if (problem === undefined) return value as ResultRow;
  throw new SyntaxError(
    `Cannot use ${path} as it is no row of results: ${problem}; remove it to make its run again`,
  );
}

/** What a text holds; undefined for one that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const numbers = [
  "seed",
  "study_steps",
  "steps",
  "parameters",
  "tokens",
  "epochs",
  "validation_tokens",
  "train_loss",
  "val_loss",
  "bits_per_byte",
  "runs_at_once",
  "wall_seconds",
] as const satisfies readonly (keyof ResultRow)[];

function problemOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "it must be an object of JSON";
  const row = new Map(Object.entries(value));
  if (row.get("format") !== "beyond24-quality-1") return "its format must be beyond24-quality-1";
  if (!Object.hasOwn(qualitySizes, String(row.get("size")))) return `there is no size ${row.get("size")}`;
  if (!isRunName(String(row.get("run")))) return `there is no run ${row.get("run")}`;
  const wrong = numbers.find((name) => !Number.isFinite(row.get(name)));
  if (wrong !== undefined) return `its ${wrong} must be a number`;
  if (!["device", "corpus", "date", "recipe"].every((name) => typeof row.get(name) === "string")) {
    return "device, corpus, date and recipe must be texts";
  }
  if (!["revisions", "phases", "curve"].every((name) => Array.isArray(row.get(name)))) {
    return "revisions, phases and curve must be lists";
  }
  const isTask = (score: unknown) => typeof score === "object" && score !== null && "task" in score && "acc" in score;
  const scores = row.get("scores") ?? [];
  if (!Array.isArray(scores) || !scores.every(isTask)) return "scores must be a list of scores on tasks";
  return undefined;
}

/** A row as the text of its file: one line a value, and one for each point of the curve. */
export function encodeRow(row: ResultRow): string {
  return JSON.stringify(row, null, 2)
    .replace(/\[\s+(\d+),\s+([-+.\de]+)\s+\]/g, "[$1, $2]") + "\n";
}
