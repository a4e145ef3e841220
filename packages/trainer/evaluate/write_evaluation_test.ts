import { durableFileSystem } from "@beyond24/disk";
import { prepareTask, scoreTask, type TaskName } from "@beyond24/evaluation";
import { presetConfig, readScores } from "@beyond24/run";
import { ByteTokenizer } from "@beyond24/tokenizer";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "../_testing.ts";
import { writeEvaluation } from "./write_evaluation.ts";

const choices = { text: ["one", "two"], label: ["A", "B"] };
const docs: Readonly<Partial<Record<TaskName, unknown[]>>> = {
  piqa: [{ goal: "a", sol1: "one", sol2: "two", label: 0 }],
  openbookqa: [{ question_stem: "a", choices, answerKey: "A" }],
  arc_easy: [{ question: "a", choices, answerKey: "A" }],
  arc_challenge: [{ question: "a", choices, answerKey: "B" }],
};

function scored(task: TaskName) {
  const rows = docs[task] ?? [];
  return {
    prepared: prepareTask(task, rows, new ByteTokenizer(), { longest: 64 }),
    scores: scoreTask(task, rows, [-1, -2]),
  };
}

Deno.test({
  name: "of evaluations of a run that end at the same moment all scores stay",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (run) => {
      const folder = join(run, "evaluation/step-00000001-dense");
      await Deno.mkdir(folder, { recursive: true });
      const place = {
        settings: { step: 1, role: "main", mode: "dense", fewShot: 0, limit: undefined },
        config: presetConfig("tiny"),
        path: run,
        batch: 64,
        seconds: 1,
        device: "a device",
        folder,
        scoresFile: join(run, "scores.jsonl"),
        fileSystem: durableFileSystem(),
      } as const;
      const names = Object.keys(docs) as TaskName[];
      await Promise.all(names.map((task) => writeEvaluation([scored(task)], [], place)));
      const { results } = JSON.parse(await Deno.readTextFile(join(folder, "results.json")));
      assertEquals(Object.keys(results).toSorted(), names.toSorted());
      assertEquals((await readScores(place.scoresFile)).map(({ task }) => task).toSorted(), names.toSorted());
    }),
});
