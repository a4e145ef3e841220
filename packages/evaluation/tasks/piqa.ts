import * as v from "valibot";
import type { Task } from "./task.ts";

const row = v.object({
  goal: v.string(),
  sol1: v.string(),
  sol2: v.string(),
  label: v.union([v.number(), v.string()]),
});

/** PIQA (Bisk et al. 2019, arXiv 1911.11641). */
export const piqa: Task = {
  source: { path: "baber/piqa", split: "validation" },
  metrics: ["acc", "acc_norm"],
  quoted: "acc",
  expected: "{ goal, sol1, sol2, label } with label 0 or 1",
  question(value) {
    const { goal, sol1, sol2, label } = v.parse(row, value);
    const context = `Question: ${goal}\nAnswer:`;
    const choices = [sol1, sol2];
    return { contexts: [context, context], continuations: choices, choices, gold: ["0", "1"].indexOf(`${label}`) };
  },
};
