import { loadCorpus } from "@beyond24/data";
import { durableFileSystem } from "@beyond24/disk";
import { type ScoredText, scoreText, taskNames } from "@beyond24/evaluation";
import {
  evaluationName,
  type EvaluationSettings,
  formatDuration,
  parseRunPath,
  runFolder,
  UsageError,
} from "@beyond24/run";
import { loadTokenizer } from "@beyond24/tokenizer";
import { basename, join, resolve } from "@std/path";
import { checkTokenizer } from "../evaluate/check_tokenizer.ts";
import { evaluateTasks } from "../evaluate/evaluate_tasks.ts";
import { parseTasks } from "../evaluate/parse_tasks.ts";
import { cutNotes, prepareTasks } from "../evaluate/prepare_tasks.ts";
import { usualBatch } from "../evaluate/usual_batch.ts";
import { writeEvaluation } from "../evaluate/write_evaluation.ts";
import type { LoadedModel } from "../sample/load_model.ts";
import { type Call, type Command, defineCommand } from "./command.ts";
import { keyValues } from "./config_flags.ts";
import { describeScores, describeText } from "./describe_scores.ts";
import { evaluationProgress } from "./evaluation_progress.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { openRunModel } from "./open_run_model.ts";
import { computing, native } from "./permissions.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";

const flags = {
  tasks: {
    kind: "list",
    form: `names of tasks: ${taskNames.join(", ")}`,
    placeholder: "task...",
    sentence: `Tasks, by spaces or commas: ${taskNames.join(", ")}, or all`,
  },
  data: {
    kind: "text",
    form: "a folder",
    placeholder: "dir",
    default: "tasks",
    sentence:
      "Folder of the data sets: clones from the Hub, what their authors publish, or a file named after each task",
  },
  text: { kind: "list", form: "paths of texts", placeholder: "file...", sentence: "Texts to measure bits per byte of" },
  mode: {
    kind: "choice",
    choices: ["dense", "sparse", "both"],
    placeholder: "mode",
    sentence: "How the feed-forward networks are computed; else as in the last step",
  },
  fewShot: {
    kind: "integer",
    minimum: 0,
    maximum: 1000,
    placeholder: "number",
    default: 0,
    sentence: "Solved examples before each question, drawn from split train as the harness draws them",
  },
  limit: {
    kind: "integer",
    minimum: 1,
    maximum: 1_000_000_000,
    placeholder: "number",
    sentence: "Score the first rows of each task only",
  },
  batch: {
    kind: "integer",
    minimum: 1,
    maximum: 1_048_576,
    placeholder: "number",
    sentence: "Tokens of a pass; else 2048 on a CPU, 4096 with WebGPU, 8192 with CUDA",
  },
  logSamples: { kind: "switch", sentence: "Write what the model said of each document" },
  tokenizer: {
    kind: "text",
    form: "a tokenizer.json, a tiktoken file, or bytes",
    placeholder: "file",
    sentence: "The tokenizer, where none lies with the run",
  },
  out: {
    kind: "text",
    form: "a folder",
    placeholder: "dir",
    sentence: "Folder of the results; else evaluation/ in the run's folder",
  },
  device: { key: "device.name", placeholder: "name" },
} as const satisfies FlagTable;

/** `evaluate`: what a model is worth. */
export const evaluateCommand: Command = defineCommand({
  name: "evaluate",
  sentence: "Scores a model on tasks as lm-evaluation-harness does, and measures bits per byte of texts",
  operand: { name: "dir", sentence: "the folder of a run, of its dense twin, or of a checkpoint", least: 1, most: 1 },
  flags,
  tasks: [
    { name: "evaluate", permissions: { ...computing, write: true } },
    {
      name: "evaluate:native",
      sentence:
        "Scores a model with native libraries: OpenBLAS on a CPU, CUDA on an NVIDIA GPU (allows foreign functions)",
      permissions: { ...native, write: true },
    },
  ],
  examples: [
    ["evaluate runs/a --tasks all --data tasks/", "the six tasks; goes on where it was stopped"],
    [
      "evaluate runs/a --tasks piqa,winogrande --mode both --limit 500",
      "dense and sparse passes of the same checkpoint",
    ],
    ["evaluate runs/a/checkpoints/step-00000200 --text book.txt", "perplexity and bits per byte"],
  ],
  run: evaluate,
});

type Flags = Call<typeof flags>["flags"];

async function evaluate({ flags: given, operands: [path = ""], terminal }: Call<typeof flags>): Promise<number> {
  const names = parseTasks(given.tasks ?? []);
  if (names.length === 0 && given.text === undefined) {
    throw new UsageError(
      "Cannot evaluate as there is nothing to evaluate: name tasks with --tasks, or a text with --text",
    );
  }
  const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
  const named = given.tokenizer === undefined ? {} : { tokenizer: await loadTokenizer(given.tokenizer) };
  const loaded = await openRunModel(path, keyValues(flags, given), terminal, named);
  const stop = stopSignal(terminal, "after this pass, to go on with the same command");
  try {
    const { tokenizer, config: { model: { vocabularySize, sequenceLength: longest } } } = loaded;
    checkTokenizer(path, vocabularySize, tokenizer, given.tokenizer !== undefined);
    const { data, limit, fewShot } = given;
    const tasks = await prepareTasks(names, tokenizer, { data, longest, limit, fewShot });
    for (const note of cutNotes(tasks, longest)) onWarning(note);
    for (const mode of modesOf(given.mode, loaded, path)) {
      const one: Evaluation = { path, given, loaded, tasks, mode, signal: stop.signal };
      if (!await evaluateMode(one, terminal)) {
        terminal.error("Stopped; the same command goes on\n");
        return exitCodes.interrupted;
      }
    }
    return exitCodes.done;
  } finally {
    stop.dispose();
    loaded.model.device.dispose();
  }
}

function modesOf(mode: Flags["mode"], { model, mode: last, step }: LoadedModel, path: string): ("dense" | "sparse")[] {
  const modes = mode === undefined ? [last] : mode === "both" ? ["dense", "sparse"] as const : [mode];
  const { config: { sparsity }, state } = model;
  if (modes.includes("sparse") && sparsity === undefined) {
    throw new UsageError(
      `Cannot evaluate sparse passes of ${path} as its recipe has dense steps only: use --mode dense`,
    );
  }
  if (modes.includes("sparse") && !state.clustered && last === "dense") {
    throw new UsageError(`Cannot evaluate sparse passes of ${path} as its neurons are not clustered by step ${step}`);
  }
  return [...modes];
}

interface Evaluation {
  readonly path: string;
  readonly given: Flags;
  readonly loaded: LoadedModel;
  readonly tasks: Awaited<ReturnType<typeof prepareTasks>>;
  readonly mode: "dense" | "sparse";
  readonly signal: AbortSignal;
}

/** Evaluates, writes and prints; false when it was stopped. */
async function evaluateMode(evaluation: Evaluation, terminal: Terminal): Promise<boolean> {
  const { path, given, loaded: { model, step, weights, config }, tasks, mode, signal } = evaluation;
  const { device } = model;
  const fileSystem = durableFileSystem();
  const { run } = parseRunPath(path);
  const isTwin = basename(resolve(run)) === "baseline";
  const place = runFolder(isTwin ? join(run, "..") : run);
  const { fewShot, limit } = given;
  const settings: EvaluationSettings = { step, role: isTwin ? "baseline" : "main", mode, fewShot, limit };
  const folder = join(given.out ?? place.evaluations, evaluationName(settings));
  const batch = given.batch ?? usualBatch(device);
  const progress = evaluationProgress(terminal);
  const { onProgress } = progress;
  const { logSamples } = given;
  const options = { mode, batch, folder, fileSystem, weights, logSamples, onProgress, signal };
  const started = performance.now();
  const scored = await evaluateTasks(model, tasks, options);
  const texts = scored && await evaluateTexts(evaluation, batch, onProgress);
  const seconds = (performance.now() - started) / 1000;
  progress.end();
  if (scored === undefined || texts === undefined) return false;
  const file = await writeEvaluation(scored, texts, {
    settings,
    config,
    path,
    batch,
    seconds,
    device: device.description,
    folder,
    fileSystem,
    ...(given.out === undefined ? { scoresFile: place.scores } : {}),
  });
  const time = `scored in ${formatDuration(seconds)}`;
  terminal.out(`${path}, step ${step}, ${mode} passes on ${device.description}, ${time}\n`);
  if (scored.length > 0) terminal.out(describeScores(scored));
  for (const { name, score } of texts) terminal.out(describeText(name, score));
  terminal.out(`${file}\n`);
  return true;
}

/** Scores of the texts; undefined when it was stopped. */
async function evaluateTexts(
  { given, loaded: { model, tokenizer }, mode, signal }: Evaluation,
  batch: number,
  onProgress: (what: string, scored: number, all: number) => void,
): Promise<ScoredText[] | undefined> {
  const texts: ScoredText[] = [];
  if (given.text === undefined) return texts;
  for (const { path, bytes } of (await loadCorpus(given.text)).texts) {
    const options = {
      mode,
      batch,
      signal,
      onProgress: (done: number, all: number) => onProgress(path, done, all),
    };
    const score = await scoreText(model, tokenizer, new TextDecoder().decode(bytes), options);
    if (score === undefined) return undefined;
    texts.push({ name: path, score });
  }
  return texts;
}
