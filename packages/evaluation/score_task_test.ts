import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { EvaluationError } from "./evaluation_error.ts";
import { scoreDocuments, scoreTask } from "./score_task.ts";

const piqa = (label: number, sol1 = "aa", sol2 = "bb") => ({ goal: "g", sol1, sol2, label });
const wino = (answer: string) => ({ sentence: "A _ is.", option1: "x", option2: "a long one", answer });

Deno.test("scoreTask: shares and the standard errors of a sample", () => {
  const docs = [piqa(0), piqa(0), piqa(0), piqa(1), piqa(1)];
  const { acc, acc_stderr, acc_norm } = scoreTask("piqa", docs, [-1, -2, -2, -1, -1, -2, -1, -2, -2, -1]);
  assertEquals([acc, acc_norm], [0.6, 0.6]);
  // √(Σ (x - 0.6)² / 4) / √5
  assertAlmostEquals(acc_stderr, Math.sqrt((3 * 0.16 + 2 * 0.36) / 4) / Math.sqrt(5), 1e-15);
});

Deno.test("scoreTask: the first of equal choices counts", () => {
  assertEquals(scoreDocuments("piqa", [piqa(0), piqa(1)], [-1, -1, -1, -1]), [{ acc: 1, acc_norm: 1 }, {
    acc: 0,
    acc_norm: 0,
  }]);
});

Deno.test("scoreTask: acc_norm divides by code points, not by UTF-16 units or bytes", () => {
  // Four code points each: by UTF-16 units the second would have eight, by bytes sixteen.
  assertEquals(scoreDocuments("piqa", [piqa(0, "abcd", "🜁🜂🜃🜄")], [-8, -9]), [{ acc: 1, acc_norm: 1 }]);
  assertEquals(scoreDocuments("piqa", [piqa(0, "é", "ee")], [-8, -15]), [{ acc: 1, acc_norm: 0 }]);
});

Deno.test("scoreTask: the space before a choice is not of its length", () => {
  // -3 / 1 against -5 / 2; with the space -3 / 2 against -5 / 3.
  assertEquals(scoreDocuments("piqa", [piqa(0, "a", "bb")], [-3, -5]), [{ acc: 1, acc_norm: 0 }]);
  assertEquals(scoreDocuments("piqa", [piqa(0, "a", "bb")], [-3, -6.5]), [{ acc: 1, acc_norm: 1 }]);
});

Deno.test("scoreTask: Winogrande has no acc_norm", () => {
  assertEquals(scoreTask("winogrande", [wino("1"), wino("2")], [-1, -2, -1, -2]), { acc: 0.5, acc_stderr: 0.5 });
});

Deno.test("scoreTask: documents with different numbers of choices", () => {
  const arc = (text: string[], answerKey: string) => ({
    question: "q",
    choices: { text, label: [..."ABCDE"].slice(0, text.length) },
    answerKey,
  });
  const docs = [arc(["a", "b", "c"], "C"), arc(["a", "b", "c", "d", "e"], "E"), arc(["a", "b", "c", "d"], "A")];
  const values = [-3, -2, -1, -5, -4, -3, -2, -1, -2, -1, -3, -4];
  assertEquals(scoreDocuments("arc_easy", docs, values).map(({ acc }) => acc), [1, 1, 0]);
});

Deno.test("scoreTask: what cannot happen scores nothing, one document has no standard error", () => {
  const { acc, acc_stderr } = scoreTask("piqa", [piqa(1)], [-Infinity, -1e30]);
  assertEquals([acc, acc_stderr], [1, NaN]);
});

Deno.test("scoreTask refuses what does not belong together", () => {
  const say = (message: string, docs: unknown[], values: number[]) =>
    assertThrows(() => scoreTask("piqa", docs, values), EvaluationError, message);
  say("each of its 2 requests: current value is 3", [piqa(0)], [-1, -2, -3]);
  say("each of its 2 requests: current value is 0", [piqa(0)], []);
  say("log-likelihoods must be numbers: current value is NaN, request 2", [piqa(0)], [-1, NaN]);
  say("there must be a document", [], []);
});
