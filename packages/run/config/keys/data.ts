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
  },
} as const satisfies ConfigSection;
