import { assertEquals, assertThrows } from "@std/assert";
import { EvaluationError } from "./evaluation_error.ts";
import { type TaskRequest, taskRequests } from "./task_requests.ts";
import type { TaskName } from "./tasks/tasks.ts";

const heat = { text: ["a stove", "a lamp", "ice"], label: ["A", "B", "C"] };

const cases: Record<string, { task: TaskName; doc: unknown; requests: readonly (readonly [string, string])[] }> = {
  "ARC puts question and answer into words": {
    task: "arc_easy",
    doc: { id: "x", question: "What boils water?", choices: heat, answerKey: "A" },
    requests: heat.text.map((text) => ["Question: What boils water?\nAnswer:", ` ${text}`]),
  },
  "ARC as its authors wrote it, with numbers for labels": {
    task: "arc_challenge",
    doc: {
      id: "x",
      question: { stem: "Which is cold?", choices: [{ text: "fire", label: "1" }, { text: "ice", label: "2" }] },
      answerKey: "2",
    },
    requests: [["Question: Which is cold?\nAnswer:", " fire"], ["Question: Which is cold?\nAnswer:", " ice"]],
  },
  "PIQA": {
    task: "piqa",
    doc: { goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 1 },
    requests: [["Question: Boil water\nAnswer:", " Heat it."], ["Question: Boil water\nAnswer:", " Cool it."]],
  },
  "OpenBookQA is the bare stem": {
    task: "openbookqa",
    doc: { id: "8-1", question_stem: "Water boils on", choices: heat, answerKey: " B" },
    requests: heat.text.map((text) => ["Water boils on", ` ${text}`]),
  },
  "OpenBookQA as its authors wrote it": {
    task: "openbookqa",
    doc: { question: { stem: "Water boils on", choices: [{ text: "ice", label: "A" }] }, answerKey: "A" },
    requests: [["Water boils on", " ice"]],
  },
  "HellaSwag without its marks, second half with a capital, spaces at the ends of what is left": {
    task: "hellaswag",
    doc: {
      activity_label: "Home",
      ctx_a: "How to boil water [title] Fill a pot [step] with it.  Then",
      ctx_b: "the Lid",
      endings: ["[header] is put  on it.", "flies [title] away [x", "[a] [b]", "ends."],
      label: "3",
    },
    requests: [" is put on it.", "flies. away [x", " ", "ends."].map((
      ending,
    ) => ["Home: How to boil water. Fill a pot with it. Then The lid", ` ${ending}`]),
  },
  "Winogrande puts the options into the contexts and scores the rest": {
    task: "winogrande",
    doc: { sentence: "The cup did not fit as _ was big. ", option1: "it", option2: "the box", answer: "2" },
    requests: [["The cup did not fit as it", " was big."], ["The cup did not fit as the box", " was big."]],
  },
};

for (const [name, { task, doc, requests }] of Object.entries(cases)) {
  Deno.test(`taskRequests: ${name}`, () => {
    const expected: TaskRequest[] = requests.map(([context, continuation]) => ({ context, continuation }));
    assertEquals(taskRequests(task, [doc]), expected);
    assertEquals(taskRequests(task, [doc, doc]), [...expected, ...expected]);
  });
}

const piqa = { goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 1 };
const refused: Record<string, { task: TaskName; doc: unknown; message: string }> = {
  "rows of another data set": {
    task: "arc_easy",
    doc: piqa,
    message:
      "Cannot use document 2 of 2 for arc_easy as it must be a row of allenai/ai2_arc, { question, choices: { text, " +
      "label }, " +
      "answerKey } or { question: { stem, choices }, answerKey }: current value has the fields goal (string), sol1 " +
      "(string), sol2 (string), label (number)",
  },
  "what is no row": { task: "piqa", doc: ["x"], message: 'current value has no fields but is ["x"]' },
  "an answer that is no label": {
    task: "arc_easy",
    doc: { question: "What?", choices: heat, answerKey: "E" },
    message: "as its answer must be one of its 3 choices, { question, choices: { text, label }, answerKey } or " +
      '{ question: { stem, choices }, answerKey }: current value is "E"',
  },
  "a label of a hidden test split": { task: "piqa", doc: { ...piqa, label: -1 }, message: "current value is -1" },
  "an empty label": {
    task: "hellaswag",
    doc: { activity_label: "a", ctx_a: "b", ctx_b: "c", endings: ["d", "e"], label: "" },
    message: 'current value is ""',
  },
  "a label beyond the endings": {
    task: "hellaswag",
    doc: { activity_label: "a", ctx_a: "b", ctx_b: "c", endings: ["d", "e"], label: 2 },
    message: "one of its 2 choices",
  },
  "a sentence without a blank": {
    task: "winogrande",
    doc: { sentence: "No blank.", option1: "a", option2: "b", answer: "1" },
    message: "with a blank _ in the sentence",
  },
  "an answer of nobody": {
    task: "winogrande",
    doc: { sentence: "A _.", option1: "a", option2: "b", answer: "" },
    message: 'current value is ""',
  },
};

for (const [name, { task, doc, message }] of Object.entries(refused)) {
  Deno.test(`taskRequests refuses ${name}`, () => {
    const valid = cases[Object.keys(cases).find((key) => cases[key]?.task === task) ?? ""]?.doc;
    assertThrows(() => taskRequests(task, [valid, doc]), EvaluationError, message);
  });
}

Deno.test("taskRequests refuses a task that is not known", () => {
  const name: string = "mmlu";
  assertThrows(
    () => taskRequests(name as TaskName, []),
    EvaluationError,
    "current value is mmlu, choose one of arc_easy",
  );
});

// What lm-evaluation-harness 0.4.13 makes of the same rows.
const rows = Array.from({ length: 40 }, (_, number) => ({
  goal: `goal ${number}`,
  sol1: `one ${number}`,
  sol2: `two ${number}`,
  label: number % 2,
}));

Deno.test("taskRequests draws examples as the harness does, without the question itself", () => {
  const requests = taskRequests("piqa", rows, { fewShot: { count: 2, docs: rows } });
  const numbers = requests.filter((_, index) => index % 2 === 0)
    .map(({ context }) => [...context.matchAll(/goal (\d+)/g)].map(([, number]) => Number(number)));
  assertEquals(numbers.slice(0, 4), [[28, 7, 0], [5, 37, 1], [5, 6, 2], [15, 1, 3]]);
  assertEquals(
    requests[0]?.context,
    "Question: goal 28\nAnswer: one 28\n\nQuestion: goal 7\nAnswer: two 7\n\nQuestion: goal 0\nAnswer:",
  );
  for (const [question, drawn] of numbers.entries()) {
    assertEquals([drawn.length, drawn.indexOf(question)], [3, 2]);
  }
});

Deno.test("taskRequests draws as many as asked for where there is a test split", () => {
  const docs = Array.from(
    { length: 9 },
    (_, number) => ({ question_stem: `stem ${number}`, choices: heat, answerKey: "C" }),
  );
  const [first] = taskRequests("openbookqa", docs, { fewShot: { count: 3, docs } });
  assertEquals(first?.context, "stem 7 ice\n\nstem 1 ice\n\nstem 0 ice\n\nstem 0");
});

Deno.test("taskRequests without examples to draw from", () => {
  const fewShot = { count: 3, docs: rows.slice(0, 3) };
  const message = "its data set must have 4 rows to draw from, of split train: current value is 3";
  assertThrows(() => taskRequests("piqa", rows, { fewShot }), EvaluationError, message);
  assertEquals(taskRequests("piqa", rows, { fewShot: { count: 0, docs: [] } }), taskRequests("piqa", rows));
});
