import { loadTokenizer, tokenizerFiles, trainTokenizer } from "@beyond24/tokenizer";
import { type ConfigValues, readRunConfig, readRunHistory, runFolder } from "@beyond24/run";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, checkpointFile, microConfig, microRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "./command_line.ts";
import { exitCodes } from "./exit_codes.ts";

async function call(...args: string[]): Promise<{ code: number; written: string; errors: string }> {
  const terminal = new CaptureTerminal();
  const code = await runCommandLine(args, terminal);
  return { code, written: terminal.written, errors: terminal.errors };
}

/** Trains a micro run and exports it. */
async function trainAndExport(folder: string, values: ConfigValues = {}): Promise<{ run: string; hub: string }> {
  const [run, hub] = [join(folder, "run"), join(folder, "hf")];
  await microRun(microConfig(folder, values), { folder: run, force: true });
  const { code, written, errors } = await call("export", run, "--out", hub);
  assertEquals(code, exitCodes.done, errors);
  assertStringIncludes(written, "weights of step 12 in 1 file");
  return { run, hub };
}

Deno.test("a run is exported, imported as another one with the same weights, and goes on from there", () =>
  withFolder(async (folder) => {
    const { run, hub } = await trainAndExport(folder);
    const imported = join(folder, "imported");
    const { code, written, errors } = await call("import", hub, "--out", imported, "--set", "train.steps=3");
    assertEquals(code, exitCodes.done, errors);
    assertStringIncludes(written, "11,056 weights at step 0; the optimizer begins afresh");
    assertEquals(
      checkpointFile(imported, 0, "model.safetensors"),
      checkpointFile(run, 12, "model.safetensors"),
    );
    const config = await readRunConfig(runFolder(imported), () => {});
    assertEquals([config.model, config.recipe], [microConfig(folder).model, [{ phase: "dense", steps: 3 }]]);
    assertEquals((await readRunHistory(runFolder(imported).history)).map(({ step }) => step), [0]);

    const prompt = ["--prompt", "whale", "--tokens", "20", "--temperature", "0", "--device", "reference"];
    const [ours, theirs] = [await call("sample", run, ...prompt), await call("sample", imported, ...prompt)];
    assertEquals(theirs, ours);

    const text = join(folder, "text.txt");
    const resumed = await call("train", "--resume", imported, "--data", text, "--device", "reference");
    assertEquals(resumed.code, exitCodes.done, resumed.errors);
    assertStringIncludes(resumed.written, "after 3 steps");
    const again = await call("export", imported, "--out", join(folder, "again"));
    assertStringIncludes(again.written, "weights of step 3 in 1 file");
    assertStringIncludes(await Deno.readTextFile(join(folder, "again", "README.md")), "Step 3 of 3.");
  }));

Deno.test("an import keeps the tokenizer, and refuses to go on with tokens of another one", () =>
  withFolder(async (folder) => {
    const { run, hub } = await trainAndExport(folder, { "model.vocabularySize": 320 });
    const tokenizer = await trainTokenizer(["whale ship whales"], { vocabularySize: 256 + 4, special: ["<|end|>"] })
      .then((json) => loadTokenizer(json, { eos: "<|end|>" }));
    for (const [name, text] of Object.entries(tokenizerFiles(tokenizer))) {
      await Deno.writeTextFile(join(run, name), text);
      assertEquals((await call("export", run, "--out", hub, "--overwrite")).code, exitCodes.done);
    }
    const imported = join(folder, "imported");
    assertEquals((await call("import", hub, "--out", imported)).code, exitCodes.done);
    const file = await Deno.readTextFile(runFolder(imported).tokenizer);
    assertEquals(file, await Deno.readTextFile(join(hub, "tokenizer.json")));
    const resumed = await call(
      "train",
      "--resume",
      imported,
      "--data",
      join(folder, "text.txt"),
      "--device",
      "reference",
    );
    assertEquals(resumed.code, exitCodes.usage, resumed.errors);
    assertStringIncludes(resumed.errors, "the model's tokenizer is another");
  }));

Deno.test("import refuses what it cannot make a run of", () =>
  withFolder(async (folder) => {
    const { run, hub } = await trainAndExport(folder);
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [["import", hub], exitCodes.usage, "--out is missing"],
      [["import", hub, "--out", run], exitCodes.usage, "already holds a run"],
      [["import", run, "--out", join(folder, "b")], exitCodes.checkpoint, "its model_type must be arcee"],
      [["import", hub, "--out", join(folder, "b"), "--set", "model.layers=2"], exitCodes.usage, "as the model has 1"],
      [["export", run], exitCodes.usage, "--out is missing"],
      [["export", run, "--out", hub], exitCodes.usage, "--overwrite"],
      [["export", join(folder, "none"), "--out", join(folder, "c")], exitCodes.checkpoint, "there is no such folder"],
    ];
    for (const [args, expected, message] of cases) {
      const { code, errors } = await call(...args);
      assertEquals(code, expected, errors);
      assertStringIncludes(errors, message);
    }
    await Deno.remove(join(hub, "tokenizer.json"));
    const { errors } = await call("import", hub, "--out", join(folder, "b"));
    assertStringIncludes(errors, "no tokenizer.json: name one with --tokenizer");
    const shorter = ["--tokenizer", "bytes", "--set", "model.sequenceLength=8"];
    assertEquals((await call("import", hub, "--out", join(folder, "b"), ...shorter)).code, exitCodes.done);
  }));
