import { ffnProductNames, parameterCounts, phaseAfter, phaseSpans, sparsityPlans } from "@beyond24/recipe";
import {
  formatCount,
  formatLarge,
  formatLoss,
  hasSparseSteps,
  type ModelSummary,
  readMetrics,
  type RunConfig,
  runFolder,
  summarizeModel,
} from "@beyond24/run";
import { basename, resolve } from "@std/path";
import type { ExportedRun } from "./_open_run.ts";

type Row = readonly (string | number)[];

/** The card of a model: what it is, what it was trained on and how, what it reached, how to load it. */
export async function modelCard(run: ExportedRun): Promise<string> {
  const { config, step } = run;
  const rows = (await readMetrics(runFolder(run.folder).metrics)).filter((row) => row.step <= step);
  const { batchSize, microBatches } = config.train;
  const tokensPerStep = batchSize * microBatches * config.model.sequenceLength;
  const reached = summarizeModel(rows, { recipe: config.recipe, tokensPerStep, seconds: 0 });
  const sections = [
    frontMatter,
    `# ${basename(resolve(run.folder))}\n\n${introduction(run)}`,
    section("Model", sizes(run)),
    section("Data", data(config, step * tokensPerStep)),
    section("Recipe", recipe(config, step)),
    ...(hasSparseSteps(config) ? [section("Sparsity plan", plan(config))] : []),
    section("Results", results(reached)),
    section("Use", usage),
  ];
  return sections.join("\n\n") + "\n";
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
  if (!hasSparseSteps(config)) return `${what}; all steps were dense.`;
  const sparse = `${what}, whose feed-forward networks were sparse in every matrix product of sparse steps.`;
  if (phaseAfter(config.recipe, step) === "dense") return sparse;
  return `${sparse} The last steps were sparse, and \`transformers\` computes all products dense: losses differ a little from ` +
    "those of sparse mode below.";
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
      ["learning rate", `${optimizer.learningRate}, a cosine to ${optimizer.finalRatio} of it`],
      ["warm-up", `${formatCount(optimizer.warmupSteps)} steps`],
      ["weight decay", optimizer.weightDecay],
      ["longest gradient", optimizer.maxGradientNorm],
    ]),
  ].join("\n\n");
}

function plan({ sparsity }: RunConfig): string {
  const products = sparsityPlans[sparsity.plan];
  const rows = ffnProductNames.map((name) => [name, products[name].operand ?? "–", products[name].format]);
  const routing =
    `\`${sparsity.plan}\`, clusters of V:N:M ${sparsity.v}:2:${sparsity.m}, ${sparsity.expertsPerToken} of a token.`;
  return `${routing}\n\n${table([["product", "sparse operand", "format"], ...rows])}`;
}

function results({ train_loss, val_loss }: ModelSummary): string {
  return table([
    ["loss, nats per token", ""],
    ["training, mean of the last 100 steps", formatLoss(train_loss)],
    ["validation", formatLoss(val_loss)],
  ]);
}
