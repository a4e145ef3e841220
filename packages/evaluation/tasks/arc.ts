import * as v from "valibot";
import { labelledChoices } from "./_labelled_choices.ts";
import type { Task } from "./task.ts";

const row = v.union([
  v.object({ question: v.string(), choices: labelledChoices, answerKey: v.string() }),
  v.pipe(
    v.object({ question: v.object({ stem: v.string(), choices: labelledChoices }), answerKey: v.string() }),
    v.transform(({ question: { stem, choices }, answerKey }) => ({ question: stem, choices, answerKey })),
  ),
]);

/** A part of the AI2 Reasoning Challenge (Clark et al. 2018, arXiv 1803.05457). */
export function arc(name: "ARC-Easy" | "ARC-Challenge"): Task {
  return {
    source: { path: "allenai/ai2_arc", name, split: "test" },
    metrics: ["acc", "acc_norm"],
    quoted: name === "ARC-Easy" ? "acc" : "acc_norm",
    expected: "{ question, choices: { text, label }, answerKey } or { question: { stem, choices }, answerKey }",
    question(value) {
      const { question, choices: { text, label }, answerKey } = v.parse(row, value);
      const context = `Question: ${question}\nAnswer:`;
      return {
        contexts: text.map(() => context),
        continuations: text,
        choices: text,
        gold: label.indexOf(answerKey),
      };
    },
  };
}
