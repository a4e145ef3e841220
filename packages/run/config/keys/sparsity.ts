import {
  mostSteps,
  type RouterName,
  routers,
  type SparsityPlanName,
  sparsityPlans,
  type TrainingPreset,
} from "@beyond24/recipe";
import type { ConfigSection } from "../config_field.ts";

/** How sparse steps compute the feed-forward network: a section of {@linkcode configTable}. */
export const sparsityKeys = {
  sentence: "How sparse steps compute the feed-forward network",
  keys: {
    plan: {
      kind: "choice",
      choices: Object.keys(sparsityPlans) as SparsityPlanName[],
      default: ({ plan }: TrainingPreset): string => plan,
      sentence:
        "Which operand of each product is sparse, and in which format; sets m, expertsPerToken, router, clusters and " +
        "denseLayers",
    },
    v: {
      kind: "integer",
      minimum: 4,
      maximum: 1024,
      multipleOf: 4,
      default: ({ routing }: TrainingPreset): number => routing.venom.v,
      unit: "rows",
      sentence: "Rows of a V:N:M block; tokens of an expert are padded to a multiple of it",
    },
    m: {
      kind: "integer",
      minimum: 4,
      maximum: 1024,
      multipleOf: 4,
      default: ({ routing }: TrainingPreset): number => routing.venom.m,
      unit: "columns",
      sentence: "Columns of a V:N:M block; m / 4 experts",
    },
    expertsPerToken: {
      kind: "integer",
      minimum: 1,
      maximum: 256,
      default: ({ routing }: TrainingPreset): number => routing.expertsPerToken,
      unit: "experts",
      sentence: "Experts that a token visits",
    },
    router: {
      kind: "choice",
      choices: Object.keys(routers) as RouterName[],
      default: ({ routing }: TrainingPreset): string => routing.router,
      formerly: "cosine",
      sentence:
        "Who chooses them: the cosine with a cluster's mean, the energy of an eighth or all of it, or a table of tokens",
    },
    tokenOrder: {
      kind: "choice",
      choices: ["spread", "sorted"],
      default: "spread",
      formerly: "sorted",
      sentence:
        "Which tokens of an expert a plan draws two of four from: neighbours (sorted), or one of each quarter (spread)",
    },
    denseLayers: {
      kind: "integer",
      minimum: 0,
      maximum: 1024,
      default: ({ denseLayers }: TrainingPreset): number => denseLayers,
      formerly: 0,
      unit: "layers",
      sentence: "First layers that stay dense in sparse steps; fewer than model.layers",
    },
    softThresholdScale: {
      kind: "choice",
      choices: ["none", "frozen"],
      default: "none",
      sentence: "Factor on soft-thresholded weights: none (the paper) or S-STE's frozen beta",
    },
    switchScale: {
      kind: "choice",
      choices: ["none", "experts"],
      default: "none",
      sentence:
        "Factor on the output weights where dense steps follow routed ones: none, or the experts of a token by all " +
        "experts",
    },
    clusters: {
      kind: "choice",
      choices: ["weights", "activations"],
      default: ({ routing }: TrainingPreset): string => routing.clusters,
      formerly: "weights",
      sentence:
        "What neurons of a cluster share: input weights (the paper), or the tokens of a batch that activate them",
    },
    clusterIterations: {
      kind: "integer",
      minimum: 1,
      maximum: 10_000,
      default: 20,
      unit: "rounds",
      sentence: "Rounds of k-means",
    },
    reclusterEvery: {
      kind: "integer",
      minimum: 0,
      maximum: mostSteps,
      default: 0,
      unit: "steps",
      sentence: "Sparse steps after which the neurons are clustered again; 0 clusters once",
    },
  },
} as const satisfies ConfigSection;
