import type { TrainingPreset } from "@beyond24/recipe";
import type { ConfigSection } from "../config_field.ts";

/** Sizes and constants of the model: a section of {@linkcode configTable}. */
export const modelKeys = {
  sentence: "Sizes and constants of the model",
  keys: {
    layers: {
      kind: "integer",
      minimum: 1,
      maximum: 1024,
      default: ({ model }: TrainingPreset): number => model.layers,
      unit: "layers",
      sentence: "Transformer layers",
    },
    dModel: {
      kind: "integer",
      minimum: 4,
      maximum: 1_048_576,
      default: ({ model }: TrainingPreset): number => model.dModel,
      unit: "features",
      sentence: "Features of a token, D",
    },
    dFfn: {
      kind: "integer",
      minimum: 4,
      maximum: 16_777_216,
      default: ({ model }: TrainingPreset): number => model.dFfn,
      unit: "neurons",
      sentence: "Neurons of a feed-forward network, F",
    },
    heads: {
      kind: "integer",
      minimum: 1,
      maximum: 65_536,
      default: ({ model }: TrainingPreset): number => model.heads,
      unit: "heads",
      sentence: "Query heads of an attention layer",
    },
    kvHeads: {
      kind: "integer",
      minimum: 1,
      maximum: 65_536,
      default: ({ model }: TrainingPreset): number => model.kvHeads,
      unit: "heads",
      sentence: "Key and value heads; divides the query heads",
    },
    headDim: {
      kind: "integer",
      minimum: 2,
      maximum: 1024,
      default: ({ model }: TrainingPreset): number => model.headDim,
      unit: "features",
      sentence: "Features of a head; even",
    },
    vocabularySize: {
      kind: "integer",
      minimum: 1,
      maximum: 16_777_216,
      default: ({ model }: TrainingPreset): number => model.vocabularySize,
      unit: "tokens",
      sentence: "Tokens that the model knows",
    },
    sequenceLength: {
      kind: "integer",
      minimum: 1,
      maximum: 131_072,
      default: ({ model }: TrainingPreset): number => model.sequenceLength,
      unit: "tokens",
      sentence: "Tokens of a sequence",
    },
    ropeTheta: {
      kind: "number",
      minimum: 1,
      maximum: 1e12,
      default: 500_000,
      sentence: "Base of the rotary angles",
    },
    normEpsilon: {
      kind: "number",
      minimum: 1e-12,
      maximum: 1,
      default: 1e-5,
      sentence: "Added to the mean square in RMSNorm",
    },
  },
} as const satisfies ConfigSection;
