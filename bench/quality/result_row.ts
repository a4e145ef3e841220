import { DiskError, diskError, readTextFile } from "@beyond24/disk";
import { checkJson, parseJson } from "@beyond24/disk/json";
import type { PhaseSummary, ScoreRow } from "@beyond24/run";
import { dirname, join, SEPARATOR } from "@std/path";
import * as v from "valibot";
import { phaseSchema, scoreRowSchema } from "../../packages/run/_schema.ts";
import { nameOf } from "./jobs.ts";
import { qualityRuns, type RunName } from "./experiments.ts";
import { messageOf } from "./message_of.ts";
import { checkRow } from "./row_checks.ts";
import { type RowSparsity, rowSparsitySchema } from "./row_sparsity.ts";
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
  /** How its sparse steps were computed; absent where it has none. */
  readonly sparsity?: RowSparsity;
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
 * Reads every row of a folder of results, sorted by name. Other things may lie there, but no row where it is not read.
 *
 * @throws {SyntaxError} If a file is damaged, or a row lies elsewhere than its name says
 * @throws {DiskError} If what has the name of a row cannot be read
 */
export async function readRows(folder: string): Promise<ResultRow[]> {
  const rows: [string, ResultRow][] = [];
  for (const size of await sizesIn(folder)) {
    for (const name of await namesIn(join(folder, size))) {
      if (!name.endsWith(".json")) continue;
      const path = join(folder, size, name);
      rows.push([path, await readRow(path)]);
    }
  }
  return rows.toSorted(([a], [b]) => a < b ? -1 : 1).map(([, row]) => row);
}

async function readRow(path: string): Promise<ResultRow> {
  const text = await readTextFile(path);
  if (text === undefined) {
    throw new DiskError(`Cannot read ${path} as it must be a file: current value is a link to nothing; remove it`);
  }
  const row = decodeRow(text, path);
  checkName(row, path);
  return row;
}

/** The sizes that a folder of results has; none where it is missing. */
async function sizesIn(folder: string): Promise<string[]> {
  const names = await namesIn(folder).catch((error: unknown) => {
    if (error instanceof DiskError && error.cause instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  for (const name of names) await checkPlace(join(folder, name), name);
  return names.filter(isSize);
}

/** Refuses rows beside the folders of sizes: nobody would read them, and nothing would say so. */
async function checkPlace(path: string, name: string): Promise<void> {
  if (isSize(name)) return;
  // Files, and folders of somebody else that cannot be listed, hold no rows.
  const inside = await namesIn(path).catch(() => []);
  const row = isRowFile(name) ? path : inside.filter(isRowFile).map((file) => join(path, file))[0];
  if (row === undefined) return;
  throw new SyntaxError(
    `Cannot use ${row} as rows must lie in folders of sizes, ${Object.keys(qualitySizes).join(", ")}: ` +
      `current value is ${dirname(row)}; move or remove it`,
  );
}

function isSize(name: string): boolean {
  return Object.hasOwn(qualitySizes, name);
}

/** Whether a file is named as rows are; a folder that is named with `--out` may hold other JSON, too. */
function isRowFile(name: string): boolean {
  return /\.seed\d+(\.steps\d+)?\.json$/.test(name);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    throw diskError(`read rows in ${folder}`, error);
  }
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

/**
 * Reads one row.
 *
 * @throws {SyntaxError} If it is not one that this program wrote
 */
export function decodeRow(text: string, path: string): ResultRow {
  try {
    const row = checkJson(rowSchema, parseJson(text));
    checkRow(row);
    return row;
  } catch (error) {
    throw new SyntaxError(
      `Cannot use ${path} as it is no row of results: ${messageOf(error)}; remove it to make its run again`,
      { cause: error },
    );
  }
}

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Tables divide by these: by zero they would hold Infinity and NaN. */
const amount = v.pipe(finite, v.gtValue(0));
const countFromOne = v.pipe(count, v.minValue(1));
/** On stand-ins of a device, which compute nothing, a loss is 0. */
const loss = v.pipe(finite, v.minValue(0));

const rowSchema: v.GenericSchema<unknown, ResultRow> = v.looseObject({
  format: v.literal("beyond24-quality-1"),
  size: v.picklist(Object.keys(qualitySizes) as SizeName[]),
  run: v.picklist(Object.keys(qualityRuns) as RunName[]),
  seed: count,
  study_steps: countFromOne,
  is_shorter: v.boolean(),
  steps: countFromOne,
  recipe: v.string(),
  settings: v.record(v.string(), v.unknown()),
  sparsity: v.exactOptional(rowSparsitySchema),
  revisions: v.array(v.string()),
  device: v.string(),
  corpus: v.string(),
  date: v.string(),
  parameters: countFromOne,
  tokens: countFromOne,
  epochs: amount,
  validation_tokens: count,
  train_loss: loss,
  val_loss: loss,
  bits_per_byte: loss,
  step_ms: v.looseObject({ dense: amount, sparse: v.nullable(amount) }),
  phases: v.array(v.intersect([phaseSchema, v.looseObject({ median_step_ms: amount })])),
  runs_at_once: countFromOne,
  wall_seconds: amount,
  curve: v.array(v.tuple([count, loss])),
  scores: v.exactOptional(v.array(scoreRowSchema)),
});

/** A row as the text of its file: one line a value, and one for each point of the curve. */
export function encodeRow(row: ResultRow): string {
  return JSON.stringify(row, null, 2)
    .replace(/\[\s+(\d+),\s+([-+.\de]+)\s+\]/g, "[$1, $2]") + "\n";
}
