import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { scoreTask, taskNames } from "@beyond24/evaluation";
import { readScores } from "@beyond24/run";
import { join } from "@std/path";
import { CaptureTerminal, microConfig, microRun, withFolder } from "../_testing.ts";
import { exitCodes } from "./exit_codes.ts";
import { runCommandLine } from "./command_line.ts";

async function evaluate(...args: string[]): Promise<{ code: number; written: string; errors: string }> {
  const terminal = new CaptureTerminal();
  const code = await runCommandLine(["evaluate", ...args, "--device", "reference"], terminal);
  return { code, written: terminal.written, errors: terminal.errors };
}

const words = ["whale", "ship", "sea", "captain", "mast"];
const word = (index: number) => words[index % words.length] ?? "";
const count = 7;
const rows = <Row>(row: (index: number) => Row) => Array.from({ length: count }, (_, index) => row(index));
const choices = (index: number) => ({ text: [word(index), word(index + 1), word(index + 3)], label: ["A", "B", "C"] });
const answerKey = (index: number) => "ABC"[index % 3] ?? "";

const docs: Record<string, readonly unknown[]> = {
  arc_easy: rows((i) => ({ question: `${word(i)} ${i}?`, choices: choices(i), answerKey: answerKey(i) })),
  arc_challenge: rows((i) => ({ question: `${word(i)}?`, choices: choices(i), answerKey: answerKey(i + 1) })),
  piqa: rows((i) => ({ goal: word(i), sol1: word(i + 2), sol2: `the ${word(i)}`, label: i % 2 })),
  openbookqa: rows((i) => ({ question_stem: `the ${word(i)} is`, choices: choices(i + 1), answerKey: answerKey(i) })),
  hellaswag: rows((i) => ({
    activity_label: "Sea",
    ctx_a: `the ${word(i)}`,
    ctx_b: "then",
    endings: [0, 1, 2, 3].map((j) => `${word(i + j)}.`),
    label: `${i % 4}`,
  })),
  winogrande: rows((i) => ({
    sentence: `a ${word(i)} _ at ${word(i + 1)}`,
    option1: "is",
    option2: "was",
    answer: "1",
  })),
};

/** A run whose steps end as the recipe says, with data of all tasks beside it. */
async function withRun(
  run: (paths: { readonly run: string; readonly data: string; readonly folder: string }) => Promise<void>,
  values: Parameters<typeof microConfig>[1] = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const paths = { run: join(folder, "run"), data: join(folder, "tasks"), folder };
    await microRun(microConfig(folder, { "model.sequenceLength": 64, ...values }), { folder: paths.run, force: true });
    await Deno.mkdir(paths.data);
    for (const [task, own] of Object.entries(docs)) {
      const lines = own.map((row) => `${JSON.stringify(row)}\n`).join("");
      await Deno.writeTextFile(join(paths.data, `${task}.jsonl`), lines);
      await Deno.writeTextFile(join(paths.data, `${task}-train.jsonl`), lines);
    }
    await run(paths);
  });
}

const evaluation = (run: string, name: string, file: string) => join(run, "evaluation", name, file);
const jsonOf = async (path: string) => JSON.parse(await Deno.readTextFile(path));

Deno.test("evaluate scores the six tasks, writes the harness's layout and keeps scores with the run", () =>
  withRun(async ({ run, data }) => {
    const { code, written, errors } = await evaluate(run, "--tasks", "all", "--data", data, "--log-samples");
    assertEquals(code, exitCodes.done, errors);
    const name = "step-00000012-dense";
    const results = await jsonOf(evaluation(run, name, "results.json"));
    assertEquals(Object.keys(results.results), [...taskNames]);
    assertEquals(results["n-samples"].piqa, { original: 7, effective: 7 });
    assertEquals([results["n-shot"].piqa, results.versions.piqa, results.max_length], [0, 1, 64]);
    for (const task of taskNames) {
      const path = evaluation(run, name, `samples_${task}.jsonl`);
      const samples = (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(samples.map(({ doc }) => doc), docs[task]);
      // What was written of the documents gives the scores again.
      const values = samples.flatMap(({ filtered_resps }) => filtered_resps.map(([value]: string[]) => Number(value)));
      const { acc, acc_stderr, acc_norm } = scoreTask(task, docs[task] ?? [], values);
      assertEquals(results.results[task]["acc,none"], acc);
      assertEquals(results.results[task]["acc_stderr,none"], acc_stderr);
      assertEquals(results.results[task]["acc_norm,none"], acc_norm);
      assertStringIncludes(written, task);
    }
    const scores = await readScores(join(run, "scores.jsonl"));
    assertEquals(scores.map(({ task }) => task), [...taskNames]);
    assertEquals(scores[0]?.acc, results.results.arc_easy["acc,none"]);
    assert(scores.every(({ step, mode, role }) => step === 12 && mode === "dense" && role === "main"));
  }));

Deno.test("evaluate: both modes of a checkpoint, some rows, examples, tasks one after the other", () =>
  withRun(async ({ run, data }) => {
    const checkpoint = join(run, "checkpoints", "step-00000008");
    const some = ["--data", data, "--limit", "3", "--few-shot", "1"];
    const first = await evaluate(checkpoint, "--tasks", "openbookqa,piqa", ...some, "--mode", "both");
    assertEquals(first.code, exitCodes.done, first.errors);
    const second = await evaluate(checkpoint, "--tasks", "winogrande", ...some, "--mode", "dense");
    assertEquals(second.code, exitCodes.done, second.errors);
    const dense = await jsonOf(evaluation(run, "step-00000008-dense-1-shot-first-3", "results.json"));
    const sparse = await jsonOf(evaluation(run, "step-00000008-sparse-1-shot-first-3", "results.json"));
    assertEquals(Object.keys(dense.results), ["openbookqa", "piqa", "winogrande"]);
    assertEquals(Object.keys(sparse.results), ["openbookqa", "piqa"]);
    assertEquals(dense["n-samples"].piqa, { original: 7, effective: 3 });
    const file = (mode: string) =>
      evaluation(run, `step-00000008-${mode}-1-shot-first-3`, "log-likelihoods_piqa.jsonl");
    assert(await Deno.readTextFile(file("dense")) !== await Deno.readTextFile(file("sparse")));
  }));

Deno.test("evaluate goes on where it was stopped, to the same bytes, and forgets scores of other weights", () =>
  withRun(async ({ run, data, folder }) => {
    const call = (
      out: string,
    ) => [run, "--tasks", "hellaswag", "--data", data, "--batch", "40", "--out", join(folder, out)];
    const of = (out: string) => join(folder, out, "step-00000012-dense", "log-likelihoods_hellaswag.jsonl");
    assertEquals((await evaluate(...call("whole"))).code, exitCodes.done);
    assertEquals((await evaluate(...call("stopped"))).code, exitCodes.done);
    const lines = (await Deno.readTextFile(of("whole"))).split("\n");
    assertEquals(lines.length, 1 + count + 1);
    // Half of a line, as a killed process leaves it.
    await Deno.writeTextFile(of("stopped"), `${lines.slice(0, 4).join("\n")}\n${lines[4]?.slice(0, 20)}`);
    assertEquals((await evaluate(...call("stopped"))).code, exitCodes.done);
    assertEquals(await Deno.readTextFile(of("stopped")), lines.join("\n"));
    // A kept score is taken as it is: it was not computed again.
    const changed = lines.with(1, lines[1]?.replace(/-\d/, "-9") ?? "").join("\n");
    await Deno.writeTextFile(of("stopped"), changed);
    await evaluate(...call("stopped"));
    assertEquals(await Deno.readTextFile(of("stopped")), changed);
    // With other weights nothing of it counts.
    const weights = join(run, "checkpoints", "step-00000012", "model.safetensors");
    await Deno.utime(weights, new Date(0), new Date(0));
    await evaluate(...call("stopped"));
    const again = (await Deno.readTextFile(of("stopped"))).split("\n");
    assertEquals(again.slice(1), lines.slice(1));
    assert(again[0] !== lines[0]);
  }));

Deno.test("evaluate measures bits per byte of texts, as the run does of what it held out", () =>
  withRun(async ({ run, folder }) => {
    const { code, written, errors } = await evaluate(run, "--text", join(folder, "text.txt"));
    assertEquals(code, exitCodes.done, errors);
    assertStringIncludes(written, "bits per byte");
    const results = await jsonOf(evaluation(run, "step-00000012-dense", "results.json"));
    const [scores] = Object.values<Record<string, number>>(results.results);
    const bits = scores?.["bits_per_byte,none"] ?? NaN;
    assertAlmostEquals(2 ** bits, scores?.["byte_perplexity,none"] ?? NaN, 1e-6);
    assert(bits > 1 && bits < 8.5);
  }));

Deno.test("evaluate says how many contexts the model is too short for", () =>
  withRun(async ({ run, data }) => {
    const { code, errors } = await evaluate(run, "--tasks", "arc_easy", "--data", data);
    assertEquals(code, exitCodes.done, errors);
    assertStringIncludes(
      errors,
      "arc_easy: 21 of 21 contexts are longer than the model's 16 tokens and were cut on the left",
    );
  }, { "model.sequenceLength": 16 }));

Deno.test("evaluate refuses what it cannot use, and says why", () =>
  withRun(async ({ run, data, folder }) => {
    const refuse = async (code: number, message: string, ...args: string[]) => {
      const found = await evaluate(...args);
      assertEquals([found.code, found.written], [code, ""], found.errors);
      assertStringIncludes(found.errors, message);
    };
    await refuse(exitCodes.usage, "there is nothing to evaluate", run);
    await refuse(exitCodes.usage, "Cannot evaluate mmlu as it must be one of arc_easy", run, "--tasks", "mmlu");
    await refuse(exitCodes.data, "as it does not exist", run, "--tasks", "piqa", "--data", join(folder, "missing"));
    await refuse(exitCodes.data, "as it does not exist", run, "--text", join(folder, "missing.txt"));
    const [empty, latin1] = [join(folder, "empty.txt"), join(folder, "latin1.txt")];
    await Deno.writeTextFile(empty, "");
    await Deno.writeFile(latin1, Uint8Array.of(0x61, 0xe9, 0x62));
    await refuse(exitCodes.data, "empty.txt as it is empty", run, "--text", empty);
    await refuse(
      exitCodes.data,
      "latin1.txt as it must be UTF-8 text: current value is 0xe9 at byte 1",
      run,
      "--text",
      latin1,
    );
    await refuse(
      exitCodes.data,
      "the model knows the first 256 tokens only",
      run,
      "--tasks",
      "piqa",
      "--data",
      data,
      "--tokenizer",
      await largerTokenizer(folder),
    );
    await Deno.writeTextFile(join(data, "piqa.jsonl"), '{"question":"none"}\n');
    await refuse(
      exitCodes.data,
      "Cannot use document 1 of 1 for piqa as it must be a row of baber/piqa",
      run,
      "--tasks",
      "piqa",
      "--data",
      data,
    );
  }));

Deno.test("evaluate refuses a run without its tokenizer", () =>
  withRun(async ({ run, data }) => {
    const { code, errors } = await evaluate(run, "--tasks", "piqa", "--data", data);
    assertEquals(code, exitCodes.data);
    assertStringIncludes(
      errors,
      "as it has no tokenizer.json and its vocabulary is not that of bytes: current value is 320 tokens",
    );
    const named = await evaluate(run, "--tasks", "piqa", "--data", data, "--tokenizer", "bytes");
    assertEquals(named.code, exitCodes.done, named.errors);
  }, { "model.vocabularySize": 320 }));

Deno.test("evaluate refuses sparse passes before there are clusters", () =>
  withRun(async ({ run, data }) => {
    const of = (
      step: string,
    ) => ["--tasks", "piqa", "--data", data, "--mode", "sparse", join(run, "checkpoints", step)];
    const { code, errors } = await evaluate(...of("step-00000004"));
    assertEquals(code, exitCodes.usage);
    assertStringIncludes(errors, "as its neurons are not clustered by step 4");
    assertEquals((await evaluate(...of("step-00000008"))).code, exitCodes.done);
  }, { recipe: [{ phase: "dense", steps: 5 }, { phase: "sparse", steps: 3 }] }));

Deno.test("evaluate refuses sparse passes of a dense run", () =>
  withRun(async ({ run, data }) => {
    const { code, errors } = await evaluate(run, "--tasks", "piqa", "--data", data, "--mode", "sparse");
    assertEquals(code, exitCodes.usage);
    assertStringIncludes(errors, "as its recipe has dense steps only");
  }, { recipe: [{ phase: "dense", steps: 3 }] }));

async function largerTokenizer(folder: string): Promise<string> {
  const { trainTokenizer } = await import("@beyond24/tokenizer");
  const path = join(folder, "larger.json");
  const file = await trainTokenizer(["the whale and the ship and the sea"], { vocabularySize: 262 });
  await Deno.writeTextFile(path, JSON.stringify(file));
  return path;
}
