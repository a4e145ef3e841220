import type { ConfigSection } from "../config_field.ts";

/** What is scored besides the loss, after every checkpoint: a section of {@linkcode configTable}. */
export const evaluationKeys = {
  sentence: "What a model is scored on after every checkpoint; see docs/evaluation.md",
  keys: {
    tasks: {
      kind: "list",
      form: "a list of tasks: arc_easy, arc_challenge, piqa, openbookqa, hellaswag, winogrande, or all",
      default: [],
      resume: "free",
      sentence: "Tasks that the model of every checkpoint is scored on",
    },
    data: {
      kind: "text",
      form: "a folder",
      default: "tasks",
      resume: "free",
      sentence: "Folder of their data sets",
    },
    limit: {
      kind: "integer",
      minimum: 0,
      maximum: 1_000_000_000,
      unit: "rows",
      default: 0,
      resume: "free",
      sentence: "Score the first rows of each task only; 0 for all",
    },
    fewShot: {
      kind: "integer",
      minimum: 0,
      maximum: 1000,
      unit: "examples",
      default: 0,
      resume: "free",
      sentence: "Solved examples before each question",
    },
  },
} as const satisfies ConfigSection;
