import * as v from "valibot";
import { pythonCapitalize, pythonTrim } from "./_python_text.ts";
import type { Task } from "./task.ts";

const row = v.object({
  activity_label: v.string(),
  ctx_a: v.string(),
  ctx_b: v.string(),
  endings: v.array(v.string()),
  label: v.union([v.number(), v.string()]),
});

/** HellaSwag (Zellers et al. 2019, arXiv 1905.07830). */
export const hellaswag: Task = {
  source: { path: "Rowan/hellaswag", split: "validation" },
  metrics: ["acc", "acc_norm"],
  quoted: "acc_norm",
  expected: "{ activity_label, ctx_a, ctx_b, endings, label } with label the place of an ending",
  question(value) {
    const { activity_label, ctx_a, ctx_b, endings, label } = v.parse(row, value);
    const context = cleanUp(`${activity_label}: ${ctx_a} ${pythonCapitalize(ctx_b)}`);
    const choices = endings.map(cleanUp);
    const gold = /^\d+$/.test(`${label}`) ? Number(label) : -1;
    return { contexts: choices.map(() => context), continuations: choices, choices, gold };
  },
};

/**
 * Takes away marks of WikiHow, as lm-evaluation-harness does. It leaves spaces at the ends: there is no second trim.
 */
function cleanUp(text: string): string {
  return pythonTrim(text).replaceAll(" [title]", ". ").replaceAll(/\[[^\n]*?\]/g, "").replaceAll("  ", " ");
}
