import type { ConfigSection } from "../config_field.ts";

/** How several processes share the work: a section of {@linkcode configTable}. */
export const distributedKeys = {
  sentence: "How several processes train one model; see docs/several-gpus.md",
  keys: {
    shard: {
      kind: "choice",
      choices: ["none", "optimizer"],
      default: "optimizer",
      resume: "free",
      sentence: "What each process keeps a part of instead of all of it: masters and moments (optimizer), or nothing",
    },
  },
} as const satisfies ConfigSection;
