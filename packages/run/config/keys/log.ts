import type { ConfigSection } from "../config_field.ts";

/** What is written besides metrics.jsonl: a section of {@linkcode configTable}. */
export const logKeys = {
  sentence: "What is written besides metrics.jsonl",
  keys: {
    tensorboard: {
      kind: "switch",
      default: false,
      resume: "free",
      sentence: "Also write the metrics as event files, which tensorboard --logdir reads",
    },
  },
} as const satisfies ConfigSection;
