import * as v from "valibot";
import { pythonTrimStart } from "./_python_text.ts";
import { labelledChoices } from "./_labelled_choices.ts";
import type { Task } from "./task.ts";

const row = v.union([
  v.object({ question_stem: v.string(), choices: labelledChoices, answerKey: v.string() }),
  v.pipe(
    v.object({ question: v.object({ stem: v.string(), choices: labelledChoices }), answerKey: v.string() }),
    v.transform(({ question: { stem, choices }, answerKey }) => ({ question_stem: stem, choices, answerKey })),
  ),
]);

/** OpenBookQA (Mihaylov et al. 2018, arXiv 1809.02789). */
export const openbookqa: Task = {
  source: { path: "allenai/openbookqa", name: "main", split: "test" },
  metrics: ["acc", "acc_norm"],
  quoted: "acc_norm",
  expected: "{ question_stem, choices: { text, label }, answerKey } or { question: { stem, choices }, answerKey }",
  question(value) {
    const { question_stem, choices: { text, label }, answerKey } = v.parse(row, value);
    return {
      contexts: text.map(() => question_stem),
      continuations: text,
      choices: text,
      gold: label.indexOf(pythonTrimStart(answerKey)),
    };
  },
};
