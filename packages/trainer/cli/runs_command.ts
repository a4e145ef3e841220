import { formatDuration, formatLoss, isCheckpoint, runFolder, trainLossSpan, UsageError } from "@beyond24/run";
import { join } from "@std/path";
import { formatTable } from "../format_table.ts";
import { readReportData } from "../report/read_report_data.ts";
import type { ReportData } from "../report/report_data.ts";
import { type Call, type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const flags = {
  json: { kind: "switch", sentence: "Print JSON" },
} as const satisfies FlagTable;

/** `runs`: the runs in a folder. */
export const runsCommand: Command = defineCommand({
  name: "runs",
  sentence: "Lists runs: how far each has come, its losses and its time",
  operand: { name: "dir", sentence: "the folder that holds the runs, or a run; else runs", least: 0, most: 1 },
  flags,
  tasks: [{ name: "runs", permissions: reading }],
  run: async (call) => {
    await listRuns(call);
    return exitCodes.done;
  },
});

async function listRuns({ flags: { json }, operands: [folder = "runs"], terminal }: Call<typeof flags>): Promise<void> {
  const rows: RunLine[] = [];
  const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
  for (const path of await runsIn(folder)) {
    try {
      rows.push(runLine(path, await readReportData(path, onWarning)));
    } catch (error) {
      onWarning(error instanceof Error ? error.message : String(error));
    }
  }
  if (json) terminal.out(JSON.stringify(rows, null, 2) + "\n");
  else if (rows.length === 0) terminal.out(`No runs in ${folder}\n`);
  else terminal.out(`${describeRuns(rows)}\n`);
}

/** Folders of runs by name, or the one that is named. */
async function runsIn(folder: string): Promise<string[]> {
  if (await isRun(folder)) return [folder];
  const paths: string[] = [];
  for (const name of (await foldersIn(folder)).sort()) {
    const path = join(folder, name);
    if (await isRun(path)) paths.push(path);
  }
  return paths;
}

/** Whether a folder has a configuration, and not as the checkpoint of a run. */
async function isRun(path: string): Promise<boolean> {
  const hasConfig = await Deno.stat(runFolder(path).config).then(({ isFile }) => isFile, () => false);
  return hasConfig && !await isCheckpoint(path);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => !isFile).map(({ name }) => name);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "it does not exist"
      : error instanceof Deno.errors.NotADirectory
      ? "it is a file: name the folder that holds the runs"
      : `the system refuses it: current value is ${error}`;
    throw new UsageError(`Cannot list runs in ${folder} as ${reason}`, { cause: error });
  }
}

/** What is said of a run; also the elements of `--json`. */
interface RunLine {
  readonly run: string;
  readonly preset: string;
  readonly plan: string;
  readonly status: string;
  readonly steps: number;
  readonly of_steps: number;
  readonly train_loss: number | null;
  readonly val_loss: number | null;
  readonly wall_seconds: number | null;
}

function runLine(run: string, { config, reached }: ReportData): RunLine {
  const { status, steps, train_loss, val_loss, wall_seconds } = reached;
  const { preset, sparsity: { plan }, train: { steps: of_steps } } = config;
  return { run, preset, plan, status, steps, of_steps, train_loss, val_loss, wall_seconds };
}

function describeRuns(rows: readonly RunLine[]): string {
  const span = trainLossSpan(...rows.map(({ steps }) => steps));
  return formatTable([
    ["run", "preset", "plan", "status", "step", `training loss, ${span}`, "validation loss", "time"],
    ...rows.map(({ run, preset, plan, status, steps, of_steps, train_loss, val_loss, wall_seconds }) => [
      run,
      preset,
      plan,
      status,
      `${steps} of ${of_steps}`,
      formatLoss(train_loss),
      formatLoss(val_loss),
      wall_seconds === null ? "–" : formatDuration(wall_seconds),
    ]),
  ]);
}
