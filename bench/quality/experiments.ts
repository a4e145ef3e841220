import type { TaskName } from "@beyond24/evaluation";
import { type SparsityPlanName, stableDecay } from "@beyond24/recipe";
import type { ConfigValues } from "@beyond24/run";

/** One way to train: the same for all sizes and seeds. */
export interface QualityRun {
  /** What it is, for tables. */
  readonly label: string;
  /** Plan of its sparse steps. */
  readonly plan: SparsityPlanName;
  /** Sparse steps go from the end of the dense warm-up to this part of all steps; 0 for none. */
  readonly sparseUntil: number;
  /** Part of the steps of the size, with a learning rate that falls over these. Default 1. */
  readonly length?: number;
  /** The neurons of the size are divided by it. Default 1. */
  readonly fewerNeurons?: number;
  /** How the learning rate falls. */
  readonly rate: RateName;
  /** How its plan differs from that of the size. Default: it does not. */
  readonly variant?: VariantName;
}

/** Variants of a plan by name: what they set. */
export const planVariants = {
  /** As `llama-350m` has it: the first layer dense, clusters of what neurons do, two of sixteen a token. */
  eighth: {
    "sparsity.clusters": "activations",
    "sparsity.denseLayers": 1,
    "sparsity.m": 64,
    "sparsity.expertsPerToken": 2,
  },
  /** An eighth of the neurons of each cluster chooses. */
  probe: { "sparsity.router": "probe" },
  /** A table of the vocabulary chooses. */
  token: { "sparsity.router": "token" },
} as const satisfies Readonly<Record<string, ConfigValues>>;

/** Name of a variant. */
export type VariantName = keyof typeof planVariants;

/** Learning rates by name: the paper's cosine, and the one of the presets, which stays at its peak first. */
export const qualityRates = {
  cosine: { "optimizer.decay": "cosine", "optimizer.decayRatio": 1 },
  stable: { "optimizer.decay": stableDecay.decay, "optimizer.decayRatio": stableDecay.decayRatio },
} as const;

/** Name of a learning rate. */
export type RateName = keyof typeof qualityRates;

const dense: QualityRun = { label: "dense", plan: "dense", sparseUntil: 0, rate: "cosine" };
const stableDense: QualityRun = { ...dense, label: "dense, stable rate", rate: "stable" };

/** A plan until half, two thirds, five sixths of the steps and to the end, as the paper's Table 4 has it. */
function shares(plan: "paper" | "beyond", rate: RateName) {
  const run = (sparseUntil: number, part: string): QualityRun => ({
    label: `\`${plan}\`, sparse ${part}`,
    plan,
    sparseUntil,
    rate,
  });
  return {
    half: run(1 / 2, "to half of the steps"),
    twoThirds: run(2 / 3, "to two thirds"),
    fiveSixths: run(5 / 6, "to five sixths"),
    whole: run(1, "to the end"),
  };
}

const paper = shares("paper", "cosine");
const beyond = shares("beyond", "stable");

/** A run in the variant of an eighth of the neurons. */
function eighth(run: QualityRun): QualityRun {
  const label = run.label.replace(",", ", the first layer dense, an eighth of the neurons,");
  return { ...run, label, variant: "eighth" };
}

/** A run whose clusters are chosen by another router than that of the size. */
function routed(run: QualityRun, variant: "probe" | "token"): QualityRun {
  return { ...run, label: `${run.label}, by ${variant}`, variant };
}

/** A row of the paper's Table 3: sparse to the end. */
function ablation(plan: SparsityPlanName, label: string): QualityRun {
  return { label: `${label} (\`${plan}\`)`, plan, sparseUntil: 1, rate: "cosine" };
}

/** Every run by name. Runs that several tables show are made once. */
export const qualityRuns = {
  "dense": dense,
  "dense-stable": stableDense,
  "paper-50": paper.half,
  "paper-67": paper.twoThirds,
  "paper-83": paper.fiveSixths,
  "paper-100": paper.whole,
  "beyond-50": beyond.half,
  "beyond-67": beyond.twoThirds,
  "beyond-83": beyond.fiveSixths,
  "beyond-100": beyond.whole,
  "w1": ablation("w1", "W1"),
  "w1-w1t": ablation("w1-w1t", "W1, W1.T"),
  "w2": ablation("w2", "W2"),
  "w2-w2t": ablation("w2-w2t", "W2, W2.T"),
  "w1-w2": ablation("w1-w2", "W1, W2"),
  "activations-24": ablation("activations-24", "2:4 activations"),
  "venom": ablation("venom", "Venom"),
  "beyond-eighth-50": eighth(beyond.half),
  "beyond-eighth-100": eighth(beyond.whole),
  "beyond-probe-50": routed(beyond.half, "probe"),
  "beyond-token-50": routed(beyond.half, "token"),
  "beyond-token-100": routed(beyond.whole, "token"),
  "beyond-50-cosine": { ...beyond.half, label: `${beyond.half.label}, cosine`, rate: "cosine" },
  "dense-short-50": { ...stableDense, label: "dense, stable rate, half of the steps", length: 1 / 2 },
  "dense-short-75": { ...stableDense, label: "dense, stable rate, three quarters of the steps", length: 3 / 4 },
  "dense-short-90": { ...stableDense, label: "dense, stable rate, nine tenths of the steps", length: 9 / 10 },
  "dense-f4": { ...dense, label: "dense, F / 4", fewerNeurons: 4 },
  "dense-f8": { ...dense, label: "dense, F / 8", fewerNeurons: 8 },
} as const satisfies Readonly<Record<string, QualityRun>>;

/** Name of a run. */
export type RunName = keyof typeof qualityRuns;

/** Rows of the paper's Table 2: its 1B models, 60,000 steps. */
export const paperScores: readonly PaperScores[] = [
  {
    label: "paper, 1B: dense",
    speedUp: "1.00x",
    loss: "2.758",
    scores: {
      arc_easy: 0.602,
      arc_challenge: 0.323,
      piqa: 0.741,
      openbookqa: 0.362,
      hellaswag: 0.563,
      winogrande: 0.571,
    },
  },
  {
    label: "paper, 1B: sparse to half of the steps",
    speedUp: "1.352x",
    loss: "2.755",
    scores: {
      arc_easy: 0.608,
      arc_challenge: 0.325,
      piqa: 0.73,
      openbookqa: 0.346,
      hellaswag: 0.562,
      winogrande: 0.59,
    },
  },
];

/** A row of the paper's Table 2. */
export interface PaperScores {
  readonly label: string;
  readonly speedUp: string;
  /** Training loss. */
  readonly loss: string;
  /** Shares of right answers. */
  readonly scores: Readonly<Record<TaskName, number>>;
}

/** A table or figure: runs, and what the paper has for each. */
export interface QualityTable {
  /** What it shows. */
  readonly title: string;
  /** What the paper's column holds; none where the paper has nothing of the kind. */
  readonly paperColumn?: string;
  /** Its runs in order, each with the paper's figure. */
  readonly rows: Readonly<Partial<Record<RunName, string>>>;
}

/** The tables by name, each run held against the dense one with its learning rate. */
export const qualityTables = {
  "table2": {
    title: "The recipe (the paper's Table 2, 1B)",
    paperColumn: "paper: loss, speed-up",
    rows: { "dense": "2.758", "paper-50": "2.755 (−0.11 %), 1.352x", "dense-stable": "", "beyond-50": "" },
  },
  "table3": {
    title: "What each sparse product costs, sparse to the end (the paper's Table 3, 1B)",
    paperColumn: "paper: training loss",
    rows: {
      "dense": "2.758",
      "w1": "2.784 (+0.94 %)",
      "w1-w1t": "2.798 (+1.45 %)",
      "w2": "2.785 (+0.98 %)",
      "w2-w2t": "2.799 (+1.49 %)",
      "w1-w2": "2.844 (+3.12 %)",
      "activations-24": "2.755 (−0.11 %)",
      "venom": "2.789 (+1.12 %)",
      "paper-100": "",
      "dense-stable": "",
      "beyond-100": "",
    },
  },
  "table4": {
    title: "How many steps are sparse (the paper's Table 4, 1B, which has accuracies and no losses)",
    paperColumn: "paper: average accuracy",
    rows: {
      "dense": "0.527",
      "paper-50": "0.527",
      "paper-67": "0.518",
      "paper-83": "0.514",
      "paper-100": "0.467",
      "dense-stable": "",
      "beyond-50": "",
      "beyond-67": "",
      "beyond-83": "",
      "beyond-100": "",
    },
  },
  "figure5": {
    title: "Loss against time (the paper's Figure 5)",
    rows: {
      "dense-short-50": "",
      "dense-short-75": "",
      "dense-short-90": "",
      "dense-stable": "",
      "dense": "",
      "paper-50": "",
      "paper-67": "",
      "paper-83": "",
      "paper-100": "",
      "beyond-50": "",
      "beyond-67": "",
      "beyond-83": "",
      "beyond-100": "",
    },
  },
  "schedule": {
    title: "The learning rate: a cosine, or its peak until it falls linearly in the last fifth",
    rows: { "dense": "", "beyond-50-cosine": "", "dense-stable": "", "beyond-50": "" },
  },
  "neurons": {
    title: "The plan of the size, and an eighth of the neurons behind a dense first layer",
    rows: { "dense-stable": "", "beyond-50": "", "beyond-eighth-50": "", "beyond-100": "", "beyond-eighth-100": "" },
  },
  "router": {
    title: "Who chooses the clusters of a token: the router of the size, probes, a table of the vocabulary",
    rows: {
      "dense-stable": "",
      "beyond-50": "",
      "beyond-probe-50": "",
      "beyond-token-50": "",
      "beyond-100": "",
      "beyond-token-100": "",
    },
  },
  "capacity": {
    title: "What the neurons are worth",
    rows: { "dense": "", "dense-f4": "", "dense-f8": "" },
  },
} as const satisfies Readonly<Record<string, QualityTable>>;

/** Name of a table. */
export type TableName = keyof typeof qualityTables;
