import * as v from "valibot";
import { pythonTrim } from "./_python_text.ts";
import type { Task } from "./task.ts";

const row = v.object({
  sentence: v.pipe(v.string(), v.includes("_")),
  option1: v.string(),
  option2: v.string(),
  answer: v.union([v.number(), v.string()]),
});

/**
 * Winogrande (Sakaguchi et al. 2019, arXiv 1907.10641) with partial scoring: the choices stand in the contexts, and
 * what follows the blank is scored behind each.
 */
export const winogrande: Task = {
  source: { path: "allenai/winogrande", name: "winogrande_xl", split: "validation" },
  metrics: ["acc"],
  quoted: "acc",
  expected: "{ sentence, option1, option2, answer } with a blank _ in the sentence and answer 1 or 2",
  question(value) {
    const { sentence, option1, option2, answer } = v.parse(row, value);
    const blank = sentence.indexOf("_");
    const contexts = [option1, option2].map((option) => sentence.slice(0, blank) + option);
    const rest = pythonTrim(sentence.slice(blank + 1));
    return { contexts, continuations: [rest, rest], choices: contexts, gold: ["1", "2"].indexOf(`${answer}`) };
  },
};
