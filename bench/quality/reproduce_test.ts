import { taskNames } from "@beyond24/evaluation";
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { withFolder } from "../../packages/trainer/_testing.ts";
import { describeTime } from "./reproduce.ts";
import { start, wordsOf } from "./_reproduce_testing.ts";
import { sparsityOf } from "./jobs.ts";
import { encodeRow, readRows, type ResultRow } from "./result_row.ts";
import { stepsDone } from "./train_process.ts";

const study = ["--only", "table3/w1", "--steps", "40"];

Deno.test({
  name: "a study that is stopped goes on, leaves a row for each run, and is not made twice",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const stopped = await wordsOf(start(folder, ...study), "SIGTERM");
      assertEquals(stopped.code, 130, stopped.words);
      assertStringIncludes(stopped.words, "2 of 2 runs to make");
      assertStringIncludes(stopped.words, "so the runs go over them");
      assertStringIncludes(stopped.words, "the same command goes on");

      const done = await wordsOf(start(folder, ...study));
      assertEquals(done.code, 0, done.words);
      assertStringIncludes(done.words, `Done. Rows are in ${join(folder, "rows")}`);
      const rows = await readRows(join(folder, "rows"));
      assertEquals(rows.map(({ run, recipe }) => [run, recipe]), [["dense", "dense:40"], ["w1", "dense:1,sparse:39"]]);
      // What the run recorded, and what is worked out from presets without it.
      assertEquals(rows.map(({ sparsity }) => sparsity?.plan), [undefined, "w1"]);
      assertEquals(rows.map(({ sparsity }) => sparsity), rows.map((row) => sparsityOf({ ...row, steps: 40 })));
      for (const { val_loss, bits_per_byte, curve, is_shorter, corpus, step_ms, tokens } of rows) {
        assertAlmostEquals(bits_per_byte, val_loss / Math.LN2, 1e-12);
        assertEquals([curve.length, is_shorter, tokens], [20, true, 40 * 512]);
        assertEquals(curve.at(-1), [40, val_loss]);
        assert(step_ms.dense > 0 && /^[0-9a-f]{64}$/.test(corpus));
      }

      const again = await wordsOf(start(folder, ...study));
      assertEquals(again.code, 0);
      assertStringIncludes(again.words, "0 of 2 runs to make");

      // Rows that were carried away are written again from the runs.
      await Deno.remove(join(folder, "rows"), { recursive: true });
      assertStringIncludes((await wordsOf(start(folder, ...study, "--dry-run"))).words, "0 of 2 runs to make");
      assertEquals(await readRows(join(folder, "rows")), []);
      assertStringIncludes((await wordsOf(start(folder, ...study))).words, "0 of 2 runs to make");
      assertEquals(await readRows(join(folder, "rows")), rows);
    }),
});

/** What the system knows of a process; Deno itself lets nobody read there. */
async function processFact(pid: number, name: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/${name}`], stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Waits until `look` finds something, for half a minute. */
async function waitFor<Result>(look: () => Promise<Result | undefined>): Promise<Result | undefined> {
  for (let tries = 0; tries < 300; tries++) {
    const result = await look();
    if (result !== undefined) return result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

/** The one process that a process has started. */
async function childOf(pid: number): Promise<number> {
  const children = await processFact(pid, `task/${pid}/children`);
  assertMatch(children, /^\d+$/);
  return Number(children);
}

const endless = ["--only", "table2/dense", "--steps", "1000000"];

/** Waits until the endless study trains. */
async function waitForSteps(folder: string): Promise<void> {
  const run = join(folder, "runs/tiny/dense.seed1.steps1000000");
  assert(await waitFor(async () => await stepsDone(run) > 0 || undefined), "the study does not train");
}

/** Waits until processes have ended, and ends those that do not. */
async function assertEnded(...pids: readonly number[]): Promise<void> {
  try {
    for (const pid of pids) {
      // One that has ended and that nobody has asked for yet has no command line.
      const ended = await waitFor(async () => await processFact(pid, "cmdline") === "" || undefined);
      assert(ended, `process ${pid} goes on`);
    }
  } finally {
    await new Deno.Command("kill", { args: ["-9", ...pids.map(String)], stderr: "null" }).output();
  }
}

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "a study that is killed leaves no run that trains on",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const study = start(folder, ...endless);
      const words = wordsOf(study);
      await waitForSteps(folder);
      const run = await childOf(study.pid);
      study.kill("SIGKILL");
      assertEquals((await study.status).signal, "SIGKILL", (await words).words);
      await assertEnded(run);
    }),
});

Deno.test({
  name: "a study whose deno task is killed stops with a checkpoint",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const args = ["task", "--config", fromFileUrl(new URL("../../deno.json", import.meta.url)), "reproduce"];
      const words = [...endless, "--data", "text.txt", "--out", "rows", "--runs", "runs", "--device", "cpu"];
      // A task that runs these tests has left its own.
      const place = { cwd: folder, env: { INIT_CWD: folder } };
      const out = { stdout: "null", stderr: "null" } as const;
      const task = new Deno.Command(Deno.execPath(), { args: [...args, ...words], ...place, ...out }).spawn();
      await waitForSteps(folder);
      const study = await childOf(task.pid);
      const run = await childOf(study);
      task.kill("SIGKILL");
      await task.status;
      await assertEnded(run, study);
      const summary = join(folder, "runs/tiny/dense.seed1.steps1000000/summary.json");
      assertEquals(JSON.parse(await Deno.readTextFile(summary)).status, "interrupted");
    }),
});

const choices = { text: ["one", "two", "three", "four"], label: ["A", "B", "C", "D"] };
const questions = {
  arc_easy: { question: "Which?", choices, answerKey: "A" },
  arc_challenge: { question: "Which?", choices, answerKey: "B" },
  piqa: { goal: "Boil water", sol1: "Heat it.", sol2: "Cool it.", label: 0 },
  openbookqa: { question_stem: "The sun is", choices, answerKey: "C" },
  hellaswag: { activity_label: "A", ctx_a: "A man sits.", ctx_b: "he", endings: choices.text, label: "3" },
  winogrande: { sentence: "The _ is big.", option1: "cat", option2: "house", answer: "2" },
};

async function writeTasks(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  for (const [task, row] of Object.entries(questions)) {
    await Deno.writeTextFile(join(folder, `${task}.jsonl`), `${JSON.stringify(row)}\n`.repeat(3));
  }
}

Deno.test("--tasks scores each run, --keep leaves its checkpoint, --time only measures, and missing data is said first", () =>
  withFolder(async (folder) => {
    const tasks = join(folder, "tasks");
    const scored = ["--only", "table2/dense", "--steps", "20", "--tasks", tasks, "--keep"];
    const missing = await wordsOf(start(folder, ...scored));
    assertStringIncludes(missing.words, "error: Cannot read");
    assert(missing.code !== 0);

    await writeTasks(tasks);
    const piqa = join(tasks, "piqa.jsonl");
    const long = { ...questions.piqa, sol2: "Cool it, ".repeat(20) };
    await Deno.writeTextFile(piqa, JSON.stringify(long));
    const refused = await wordsOf(start(folder, ...scored));
    assertStringIncludes(refused.words, "error: Cannot score tiny on piqa as an answer must have at most 128 bytes");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["tasks", "text.txt"]);

    await Deno.writeTextFile(piqa, `${JSON.stringify(questions.piqa)}\n`.repeat(3));
    const timed = await wordsOf(start(folder, ...scored, "--time"));
    assertEquals(timed.code, 0, timed.words);
    assertStringIncludes(timed.words, "one run at a time on one device");
    assertEquals(await readRows(join(folder, "rows")), []);

    const done = await wordsOf(start(folder, ...scored));
    assertEquals(done.code, 0, done.words);
    const [row] = await readRows(join(folder, "rows"));
    assertEquals(row?.scores?.map(({ task, documents }) => [task, documents]), taskNames.map((task) => [task, 3]));
    const run = join(folder, "runs/tiny/dense.seed1.steps20");
    assert((await Deno.stat(join(run, "checkpoints/step-00000020"))).isDirectory);
  }));

Deno.test("a run that was trained and not scored has its row, and is only scored where its checkpoint is left", () =>
  withFolder(async (folder) => {
    const tasks = join(folder, "tasks");
    await writeTasks(tasks);
    const study = ["--only", "table2/dense", "--steps", "20", "--keep"];
    assertEquals((await wordsOf(start(folder, ...study))).code, 0);
    const [trained] = await readRows(join(folder, "rows"));
    assertEquals(trained?.scores, undefined);

    const scored = await wordsOf(start(folder, ...study, "--tasks", tasks));
    assertStringIncludes(scored.words, "1 of 1 runs to make");
    const [row] = await readRows(join(folder, "rows"));
    assertEquals(row?.scores?.length, taskNames.length);
    assertEquals({ ...row, scores: undefined }, { ...trained, scores: undefined });

    // As after a stop between the two places where the row is written.
    const kept = join(folder, "runs/tiny/dense.seed1.steps20");
    const file = join(folder, "rows/tiny/dense.seed1.steps20.json");
    await Deno.writeTextFile(file, encodeRow(trained as ResultRow));
    assertStringIncludes((await wordsOf(start(folder, ...study, "--tasks", tasks))).words, "0 of 1 runs to make");
    assertEquals(await readRows(join(folder, "rows")), [row]);

    for (const path of [join(kept, "row.json"), file]) await Deno.writeTextFile(path, encodeRow(trained as ResultRow));
    await Deno.remove(join(kept, "checkpoints"), { recursive: true });
    const left = await wordsOf(start(folder, ...study, "--tasks", tasks));
    assertStringIncludes(left.words, "0 of 1 runs to make");
    assertStringIncludes(left.words, "note: 1 row there without scores");
  }));

Deno.test("runs whose steps cannot be timed are counted, and a time that leaves them out is no success", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "runs"));
    await Deno.writeTextFile(join(folder, "runs/timing"), "a file where a folder is needed");
    const { code, words } = await wordsOf(start(folder, "--only", "table2/dense", "--steps", "20", "--time"));
    assertEquals(code, 1, words);
    assertStringIncludes(words, "1 of 1 runs are left out, as their steps could not be timed");
    assert(!words.includes("about"), words);
  }));

Deno.test("a run that fails says why, and the study that it is not whole", () =>
  withFolder(async (folder) => {
    const run = join(folder, "runs/tiny/dense.seed1.steps20");
    await Deno.mkdir(run, { recursive: true });
    await Deno.writeTextFile(join(run, "config.json"), "{}");
    const { code, words } = await wordsOf(start(folder, "--only", "table2/dense", "--steps", "20"));
    assertEquals(code, 1, words);
    assertStringIncludes(words, `tiny/dense.seed1.steps20: error: Cannot go on with ${run} as it was begun with other`);
    assertStringIncludes(words, "Not every run has a row");
    assert(!words.includes("Done."), words);
  }));

Deno.test("the time of several runs is that of the longest queue of a device, and a span where they share one", () => {
  const seconds = [60, 60, 60, 30, 30];
  const about = (atOnce: number, ...gpus: string[]) => describeTime(seconds, { atOnce, gpus });
  assertEquals(about(1), "about 4 min 00 s, one run at a time on one device");
  assertEquals(about(1, "0", "1"), "about 2 min 00 s, one run at a time on each of 2 GPUs");
  assertStringIncludes(about(2, "0", "1"), "about 1 min 00 s to 2 min 00 s, 2 runs at a time on each of 2 GPUs");
});

Deno.test("what cannot be asked for is said in a line", () =>
  withFolder(async (folder) => {
    const cases = [
      ["--gpus", "a"],
      ["--only", "table9"],
      ["--only", "table3/w9"],
      ["--size", "24m"],
      ["--seeds", "1,x"],
      ["--seeds", "1,01"],
      ["--gpus", "0,1,0"],
      ["--steps", "1"],
      ["--size", ","],
      ["--seeds", "1,"],
      ["--gpus", "0"],
    ];
    const outcomes = await Promise.all(cases.map((words) => wordsOf(start(folder, ...words))));
    assertEquals(outcomes.map(({ code }) => code), cases.map(() => 2));
    for (const { words } of outcomes) {
      assert(
        /^error: Cannot .*: current value is .*\n$|^error: Cannot (find|use --gpus with) .*\n$/.test(words),
        words,
      );
    }
  }));
