import { decayShapes, mostSteps, type TrainingPreset } from "@beyond24/recipe";
import type { ConfigSection } from "../config_field.ts";

/** AdamW with a learning rate that rises, may stay, and falls: a section of {@linkcode configTable}. */
export const optimizerKeys = {
  sentence: "AdamW with a learning rate that rises, may stay, and falls",
  keys: {
    learningRate: {
      kind: "number",
      minimum: 0,
      maximum: 1e6,
      default: ({ schedule }: TrainingPreset): number => schedule.peak,
      resume: "recorded",
      sentence: "Highest learning rate",
    },
    finalRatio: {
      kind: "number",
      minimum: 0,
      maximum: 1,
      default: ({ schedule }: TrainingPreset): number => schedule.finalRatio,
      resume: "recorded",
      sentence: "Learning rate behind the last step as a fraction of the highest",
    },
    warmupSteps: {
      kind: "integer",
      minimum: 0,
      maximum: mostSteps,
      default: ({ schedule }: TrainingPreset): number => schedule.warmupSteps,
      unit: "steps",
      resume: "recorded",
      sentence: "Steps of linear warm-up; scaled with train.steps",
    },
    decay: {
      kind: "choice",
      choices: decayShapes,
      default: ({ schedule }: TrainingPreset): string => schedule.decay ?? "cosine",
      formerly: "cosine",
      resume: "recorded",
      sentence: "Curve along which the learning rate falls",
    },
    decayRatio: {
      kind: "number",
      minimum: 0,
      maximum: 1,
      default: ({ schedule }: TrainingPreset): number => schedule.decayRatio ?? 1,
      formerly: 1,
      resume: "recorded",
      sentence:
        "Part of all steps, at the end, in which the learning rate falls; 0.2 with linear is a stable rate first",
    },
    beta1: {
      kind: "number",
      minimum: 0,
      maximum: 0.999999,
      default: 0.9,
      resume: "recorded",
      sentence: "Decay of the first moment",
    },
    beta2: {
      kind: "number",
      minimum: 0,
      maximum: 0.999999,
      default: 0.95,
      resume: "recorded",
      sentence: "Decay of the second moment",
    },
    epsilon: {
      kind: "number",
      minimum: 1e-30,
      maximum: 1,
      default: 1e-8,
      resume: "recorded",
      sentence: "Added to the root of the second moment",
    },
    weightDecay: {
      kind: "number",
      minimum: 0,
      maximum: 1000,
      default: 0.1,
      resume: "recorded",
      sentence: "Decoupled weight decay of matrices",
    },
    maxGradientNorm: {
      kind: "number",
      minimum: 1e-6,
      maximum: 1e12,
      default: 1,
      resume: "recorded",
      sentence: "Gradients of a larger global norm are scaled down to it",
    },
  },
} as const satisfies ConfigSection;
