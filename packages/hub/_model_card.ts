import { ffnProductNames, parameterCounts, phaseAfter, phaseSpans, sparsityPlans } from "@beyond24/recipe";
import {
  describeLearningRate,
  describeSparsity,
  formatCount,
  formatLarge,
  formatLoss,
  hasSparseSteps,
  type ModelSummary,
  readMetrics,
  readScores,
  type RunConfig,
  runFolder,
  type ScoreRow,
  scoreTable,
  summarizeModel,
  trainLossSpan,
} from "@beyond24/run";
import { basename, dirname, resolve } from "@std/path";
import type { ExportedRun } from "./_open_run.ts";

/** Folder of a dense twin in that of its run. */
const twinFolder = "baseline";

type Row = readonly (string | number)[];

/** The card of a model: what it is, what it was trained on and how, what it reached, how to load it. */
export async function modelCard(run: ExportedRun): Promise<string> {
  const { config, step } = run;
  const place = placeOf(run);
  const rows = (await readMetrics(place.metrics)).filter((row) => row.step <= step);
  const scores = (await readScores(place.scores)).filter((row) => row.step === step && row.role === place.role);
  const { batchSize, microBatches } = config.train;
  const tokensPerStep = batchSize * microBatches * config.model.sequenceLength;
  const reached = summarizeModel(rows, { recipe: config.recipe, tokensPerStep, seconds: 0 });
  const sections = [
    frontMatter,
    `# ${place.title}\n\n${introduction(run)}`,
    section("Model", sizes(run)),
    section("Data", data(config, step * tokensPerStep)),
    section("Recipe", recipe(config, step)),
    ...(hasSparseSteps(config) ? [section("Sparsity plan", plan(config))] : []),
    section("Losses", losses(reached, rows.length)),
    ...(scores.length === 0 ? [] : [section("Scores", scored(scores))]),
    section("Use", usage),
  ];
  return sections.join("\n\n") + "\n";
}

/** Where the numbers of a model lie, and what it is called. Those of a dense twin lie with its run. */
function placeOf({ folder }: ExportedRun) {
  const path = resolve(folder);
  if (basename(path) !== twinFolder) {
    const { metrics, scores } = runFolder(path);
    return { title: basename(path), metrics, scores, role: "main" } as const;
  }
  const { baselineMetrics, scores } = runFolder(dirname(path));
  return {
    title: `${basename(dirname(path))}, dense twin`,
    metrics: baselineMetrics,
    scores,
    role: "baseline",
  } as const;
}

const frontMatter = `---
library_name: transformers
pipeline_tag: text-generation
tags:
- arcee
- beyond24
- sparse-training
---`;

const usage = `\`\`\`py
from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained("path/of/this/folder")
tokenizer = AutoTokenizer.from_pretrained("path/of/this/folder")
\`\`\``;

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

/** A table of Markdown, the first row its heads. */
function table([head = [], ...rows]: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function introduction({ config, step, isTied }: ExportedRun): string {
  const { total, lmHead } = parameterCounts(config.model);
  const what = `A language model of ${
    formatLarge(total - (isTied ? lmHead : 0))
  } parameters, pre-trained with beyond24`;
  const { length } = Object.values(sparsityPlans[config.sparsity.plan]).filter(({ operand }) => operand !== null);
  if (!hasSparseSteps(config) || length === 0) return `${what}; all steps were dense.`;
  const products = length === ffnProductNames.length ? "every matrix product" : `${length} of six matrix products`;
  const sparse = `${what}, whose feed-forward networks were sparse in ${products} of sparse steps.`;
  if (phaseAfter(config.recipe, step) === "dense") return sparse;
  return `${sparse} The last steps were sparse, and \`transformers\` computes all products dense: losses differ a ` +
    "little from those of sparse mode below.";
}

function sizes({ config: { model }, isTied }: ExportedRun): string {
  return table([
    ["", ""],
    ["architecture", "`ArceeForCausalLM`: Llama with relu² and no gate"],
    ["layers", model.layers],
    ["features", formatCount(model.dModel)],
    ["neurons of a feed-forward network", formatCount(model.dFfn)],
    ["heads", `${model.heads} of ${model.headDim}, ${model.kvHeads} for keys and values`],
    ["vocabulary", formatCount(model.vocabularySize)],
    ["sequence", formatCount(model.sequenceLength)],
    ["output head", isTied ? "the embedding" : "its own"],
  ]);
}

/** The names of files and folders without where they lie, which is nobody's business. */
function data({ data: { paths, validationFraction }, train: { seed } }: RunConfig, tokens: number): string {
  const names = paths.length === 0
    ? "the sources and documents of beyond24"
    : paths.map((path) => basename(path)).join(", ");
  return table([
    ["", ""],
    ["data", names],
    ["tokens seen", formatCount(tokens)],
    ["held out, of plain text", `${100 * validationFraction} %`],
    ["seed", seed],
  ]);
}

function recipe({ recipe, optimizer, train, model }: RunConfig, step: number): string {
  const phases = phaseSpans(recipe).map(({ phase, start, end }) => [
    phase,
    `${formatCount(start + 1)} to ${formatCount(end)}`,
  ]);
  const { batchSize, microBatches } = train;
  return [
    `Step ${formatCount(step)} of ${formatCount(train.steps)}.`,
    table([["phase", "steps"], ...phases]),
    table([
      ["", ""],
      ["tokens in a step", formatCount(batchSize * microBatches * model.sequenceLength)],
      ["learning rate", describeLearningRate(optimizer)],
      ["warm-up", `${formatCount(optimizer.warmupSteps)} steps`],
      ["weight decay", optimizer.weightDecay],
      ["longest gradient", optimizer.maxGradientNorm],
    ]),
  ].join("\n\n");
}

function plan({ sparsity }: RunConfig): string {
  const products = sparsityPlans[sparsity.plan];
  const rows = ffnProductNames.map((name) => [name, products[name].operand ?? "–", products[name].format]);
  return `Plan ${describeSparsity(sparsity)}.\n\n${table([["product", "sparse operand", "format"], ...rows])}`;
}

function losses({ train_loss, val_loss, val_bits_per_byte }: ModelSummary, steps: number): string {
  return table([
    ["", ""],
    [`training loss, nats per token, ${trainLossSpan(steps)}`, formatLoss(train_loss)],
    ["validation loss, nats per token", formatLoss(val_loss)],
    ["validation, bits per byte", formatLoss(val_bits_per_byte)],
  ]);
}

function scored(scores: readonly ScoreRow[]): string {
  const { columns, rows } = scoreTable(scores);
  return `Percent of right answers with their standard error, as lm-evaluation-harness counts them: \`acc\` · \`acc_norm\`.

${table([["task", ...columns], ...rows.map(({ task, cells }) => [task, ...cells])])}`;
}
