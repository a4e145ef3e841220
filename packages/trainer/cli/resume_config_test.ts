import { applyConfig, presetConfig } from "@beyond24/run";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, microValues, withFolder } from "../_testing.ts";
import { runCommandLine } from "./command_line.ts";

/** Runs `train` and gives its exit code with all that it said. */
async function train(...args: string[]): Promise<{ code: number; said: string }> {
  const terminal = new CaptureTerminal();
  const code = await runCommandLine(["train", ...args], terminal);
  return { code, said: terminal.written + terminal.errors };
}

/** A folder with a micro run of twelve steps in `run`. */
function withRun(body: (folder: string, run: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const config = applyConfig(presetConfig("tiny"), { ...microValues, "train.keepCheckpoints": 9 }, "a test");
    await Deno.writeTextFile(join(folder, "micro.json"), JSON.stringify(config));
    const run = join(folder, "run");
    const begun = await train("--config", join(folder, "micro.json"), "--data", join(folder, "text.txt"), "--out", run);
    assertEquals(begun.code, 0, begun.said);
    await body(folder, run);
  });
}

const configOf = async (run: string) => JSON.parse(await Deno.readTextFile(join(run, "config.json")));

Deno.test("train --resume of a finished run says so, and --set train.steps extends its last phase", () =>
  withRun(async (_, run) => {
    const finished = await train("--resume", run);
    assertEquals(finished.code, 0);
    assertStringIncludes(finished.said, "finished: all steps are done");
    const extended = await train("--resume", run, "--set", "train.steps=14", "--device", "cpu", "--blas", "off");
    assertEquals(extended.code, 0, extended.said);
    assertStringIncludes(extended.said, "recipe is 3 dense → 5 sparse → 6 dense from step 13 on");
    const { recipe, train: { steps }, optimizer, device } = await configOf(run);
    assertEquals([recipe.at(-1), steps, optimizer.warmupSteps], [{ phase: "dense", steps: 6 }, 14, 2]);
    assertEquals([device.name, device.blas], ["reference", "auto"], "another device is for once");
  }));

Deno.test("train --resume takes what the run has already, and refuses another value of a key that it keeps", () =>
  withRun(async (_, run) => {
    const { sparsity: { plan, m } } = await configOf(run);
    const repeated = await train("--resume", run, "--set", `sparsity.plan=${plan}`, `sparsity.m=${m}`);
    assertEquals(repeated.code, 0, repeated.said);
    const changed = await train("--resume", run, "--set", `sparsity.plan=${plan}`, `sparsity.m=${m + 4}`);
    assertEquals(changed.code, 2);
    assertStringIncludes(changed.said, "Cannot change sparsity.m with --resume as a run keeps it");
  }));

Deno.test("train --resume of a checkpoint goes back to it", () =>
  withRun(async (_, run) => {
    const rate = "optimizer.learningRate=0.0001";
    const back = await train("--resume", join(run, "checkpoints", "step-00000004"), "--set", rate);
    assertEquals(back.code, 0, back.said);
    assertStringIncludes(back.said, "went back to step 4");
    assertStringIncludes(back.said, "optimizer.learningRate is 0.0001 from step 5 on");
    const missing = await train("--resume", join(run, "checkpoints", "step-00000005"));
    assertEquals(missing.code, 4, missing.said);
  }));

Deno.test("train --init-from branches a run with its configuration", () =>
  withRun(async (folder, run) => {
    const branch = join(folder, "branch");
    const begun = await train("--init-from", run, "--out", branch, "--seed", "5", "--set", "train.steps=2");
    assertEquals(begun.code, 0, begun.said);
    const { train: { initFrom, seed, steps }, model: { dFfn } } = await configOf(branch);
    assertEquals([initFrom, seed, steps, dFfn], [join(run, "checkpoints", "step-00000012"), 5, 2, 64]);
    const nothing = await train("--init-from", join(folder, "nothing"), "--out", branch);
    assertEquals(nothing.code, 4, nothing.said);
  }));

Deno.test("train refuses a vocabulary of which most can never occur, unless it is forced to", () =>
  withFolder(async (folder) => {
    const config = applyConfig(presetConfig("tiny"), { ...microValues, "model.vocabularySize": 1000 }, "a test");
    await Deno.writeTextFile(join(folder, "wide.json"), JSON.stringify(config));
    const args = [
      "--config",
      join(folder, "wide.json"),
      "--data",
      join(folder, "text.txt"),
      "--out",
      join(folder, "run"),
    ];
    const refused = await train(...args);
    assertEquals(refused.code, 2, refused.said);
    assertStringIncludes(
      refused.said,
      "the data are of a vocabulary of 256 tokens: current value of model.vocabularySize is 1000",
    );
    assertEquals((await train(...args, "--force", "--set", "train.steps=2")).code, 0);
    assertEquals((await train("--resume", join(folder, "run"), "--set", "train.steps=3")).code, 0);
  }));

Deno.test("train --resume goes on where a power cut has emptied config.json, and says so", () =>
  withRun(async (_, run) => {
    const before = await configOf(run);
    for (const text of ["", "\0".repeat(4096), undefined]) {
      if (text === undefined) await Deno.remove(join(run, "config.json"));
      else await Deno.writeTextFile(join(run, "config.json"), text);
      const resumed = await train("--resume", run);
      assertEquals(resumed.code, 0, resumed.said);
      assertStringIncludes(resumed.said, "The copy in the newest checkpoint is used");
      assertEquals(await configOf(run), before);
    }
  }));
