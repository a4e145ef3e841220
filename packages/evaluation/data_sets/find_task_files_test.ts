import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { EvaluationError } from "../evaluation_error.ts";
import type { TaskName } from "../tasks/tasks.ts";
import { findTaskFiles, type Split } from "./find_task_files.ts";

async function withFiles(paths: readonly string[], run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const path of paths) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), "");
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Clones of the Hub, side by side. */
const hub = [
  ...["ARC-Challenge", "ARC-Easy"].flatMap((name) =>
    ["test", "train", "validation"].map((split) => `ai2_arc/${name}/${split}-00000-of-00001.parquet`)
  ),
  "hellaswag/data/train-00000-of-00002.parquet",
  "hellaswag/data/train-00001-of-00002.parquet",
  "hellaswag/data/validation-00000-of-00001.parquet",
  "hellaswag/README.md",
  ...["main", "additional"].flatMap((name) =>
    ["test", "train"].map((split) => `openbookqa/${name}/${split}-00000-of-00001.parquet`)
  ),
  "piqa/plain_text/validation-00000-of-00001.parquet",
  ...["xl", "xs", "s", "m", "l", "debiased"].flatMap((name) =>
    ["train", "validation"].map((split) => `winogrande/winogrande_${name}/${split}-00000-of-00001.parquet`)
  ),
];

const authors = [
  "ARC-V1-Feb2018-2/ARC_Corpus.txt",
  ...["Easy", "Challenge"].flatMap((name) =>
    ["Test", "Train", "Dev"].map((split) => `ARC-V1-Feb2018-2/ARC-${name}/ARC-${name}-${split}.jsonl`)
  ),
  "hellaswag/hellaswag_val.jsonl",
  "hellaswag/hellaswag_test.jsonl",
  "OpenBookQA-V1-Sep2018/Data/Main/test.jsonl",
  "OpenBookQA-V1-Sep2018/Data/Additional/test_complete.jsonl",
  "physicaliqa/valid.jsonl",
  "physicaliqa/valid-labels.lst",
  "physicaliqa/train.jsonl",
  "winogrande_1.1/dev.jsonl",
  "winogrande_1.1/test.jsonl",
  ...["xs", "s", "m", "l", "xl", "debiased"].map((size) => `winogrande_1.1/train_${size}.jsonl`),
];

type Found = readonly [TaskName, Split | undefined, ...string[]];
const cases: Record<string, { files: readonly string[]; found: readonly Found[] }> = {
  "clones of the Hub": {
    files: hub,
    found: [
      ["arc_easy", undefined, "ai2_arc/ARC-Easy/test-00000-of-00001.parquet"],
      ["arc_challenge", undefined, "ai2_arc/ARC-Challenge/test-00000-of-00001.parquet"],
      ["arc_easy", "train", "ai2_arc/ARC-Easy/train-00000-of-00001.parquet"],
      ["hellaswag", undefined, "hellaswag/data/validation-00000-of-00001.parquet"],
      [
        "hellaswag",
        "train",
        "hellaswag/data/train-00000-of-00002.parquet",
        "hellaswag/data/train-00001-of-00002.parquet",
      ],
      ["openbookqa", undefined, "openbookqa/main/test-00000-of-00001.parquet"],
      ["piqa", undefined, "piqa/plain_text/validation-00000-of-00001.parquet"],
      ["winogrande", undefined, "winogrande/winogrande_xl/validation-00000-of-00001.parquet"],
      ["winogrande", "train", "winogrande/winogrande_xl/train-00000-of-00001.parquet"],
    ],
  },
  "what the authors publish": {
    files: authors,
    found: [
      ["arc_easy", undefined, "ARC-V1-Feb2018-2/ARC-Easy/ARC-Easy-Test.jsonl"],
      ["arc_challenge", "train", "ARC-V1-Feb2018-2/ARC-Challenge/ARC-Challenge-Train.jsonl"],
      ["hellaswag", undefined, "hellaswag/hellaswag_val.jsonl"],
      ["openbookqa", undefined, "OpenBookQA-V1-Sep2018/Data/Main/test.jsonl"],
      ["piqa", undefined, "physicaliqa/valid.jsonl"],
      ["winogrande", undefined, "winogrande_1.1/dev.jsonl"],
      ["winogrande", "train", "winogrande_1.1/train_xl.jsonl"],
    ],
  },
  "files named after tasks": {
    files: [
      "arc_easy.jsonl",
      "arc_challenge.jsonl.gz",
      "piqa.parquet",
      "openbookqa_test.json",
      "winogrande-train.jsonl.zst",
    ],
    found: [
      ["arc_easy", undefined, "arc_easy.jsonl"],
      ["arc_challenge", undefined, "arc_challenge.jsonl.gz"],
      ["piqa", undefined, "piqa.parquet"],
      ["openbookqa", undefined, "openbookqa_test.json"],
      ["winogrande", "train", "winogrande-train.jsonl.zst"],
    ],
  },
  "what datasets saves, and the same as Parquet": {
    files: [
      "hellaswag/validation/data-00000-of-00001.arrow",
      "piqa-validation.arrow",
      "piqa/validation.parquet",
      "piqa/valid.jsonl",
    ],
    found: [
      ["hellaswag", undefined, "hellaswag/validation/data-00000-of-00001.arrow"],
      ["piqa", undefined, "piqa/validation.parquet"],
    ],
  },
};

for (const [name, { files, found }] of Object.entries(cases)) {
  Deno.test(`findTaskFiles: ${name}`, () =>
    withFiles(files, async (folder) => {
      for (const [task, split, ...paths] of found) {
        const actual = await findTaskFiles(task, `${folder}/`, split);
        assertEquals(actual.map((path) => path.slice(folder.length + 1)), paths, `${task} ${split}`);
      }
    }));
}

Deno.test("findTaskFiles: a file is taken as it is", () =>
  withFiles(["anything.jsonl"], async (folder) => {
    assertEquals(await findTaskFiles("piqa", join(folder, "anything.jsonl")), [join(folder, "anything.jsonl")]);
  }));

Deno.test("findTaskFiles says what is there instead", () =>
  withFiles(["piqa/test.jsonl", "arc_easy/a-test.jsonl", "arc_easy/b-test.jsonl"], async (folder) => {
    const say = (task: TaskName, message: string) =>
      assertRejects(() => findTaskFiles(task, folder), EvaluationError, message);
    await say("piqa", "as there must be split validation of baber/piqa in a file .jsonl");
    await say("piqa", "current value is piqa/test.jsonl");
    await say("hellaswag", "current value is arc_easy/a-test.jsonl, arc_easy/b-test.jsonl, piqa/test.jsonl");
    await say("arc_easy", "several could be meant: current value is arc_easy/a-test.jsonl, arc_easy/b-test.jsonl");
    await Deno.writeTextFile(join(folder, "hellaswag_val.csv"), "");
    await say("hellaswag", "current value is hellaswag_val.csv");
    const missing = () => findTaskFiles("piqa", join(folder, "missing"));
    await assertRejects(missing, EvaluationError, "as it does not exist");
  }));
