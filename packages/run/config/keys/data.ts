import type { ConfigSection } from "../config_field.ts";

/** What is read: a section of {@linkcode configTable}. */
export const dataKeys = {
  sentence: "What is read",
  keys: {
    paths: {
      kind: "list",
      form: "a list of paths",
      default: [],
      resume: "free",
      sentence: "Files and folders; none for the sources and documents of beyond24 itself",
    },
    validationFraction: {
      kind: "number",
      minimum: 0.0001,
      maximum: 0.9,
      default: 0.05,
      sentence: "Part of every text that is held out",
    },
    shuffle: {
      kind: "choice",
      choices: ["swap-or-not", "feistel"],
      default: "swap-or-not",
      formerly: "feistel",
      sentence: "Order of the sequences; feistel is that of older runs, uneven where there are ten sequences or fewer",
    },
  },
} as const satisfies ConfigSection;
