import { loadNewestCheckpoint, saveCheckpoint } from "@beyond24/checkpoint";
import { decodeSafetensors, encodeSafetensors } from "@beyond24/safetensors";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, microConfig, microRun, withFolder } from "../_testing.ts";
import { exitCodes } from "./exit_codes.ts";
import { runCommandLine } from "./command_line.ts";

/** Samples and gives the exit code with all that was said. */
async function sample(...args: string[]): Promise<{ code: number; written: string; errors: string }> {
  const terminal = new CaptureTerminal();
  const code = await runCommandLine(["sample", ...args, "--device", "reference", "--tokens", "3"], terminal);
  return { code, written: terminal.written, errors: terminal.errors };
}

Deno.test("sample takes a run, a checkpoint of one, and the dense twin", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { "train.baseline": true }), { folder: run });
    const texts = [];
    for (const path of [run, join(run, "checkpoints", "step-00000008"), join(run, "baseline")]) {
      const { code, written, errors } = await sample(path, "--prompt", "whale", "--temperature", "0");
      assertEquals(code, exitCodes.done, errors);
      assertStringIncludes(written, "whale");
      texts.push(written);
    }
    const last = await sample(join(run, "checkpoints", "step-00000012"), "--prompt", "whale", "--temperature", "0");
    assertEquals(last.written, texts[0]);
    assertEquals((await sample(join(run, "checkpoints", "step-00000007"))).code, exitCodes.checkpoint);
  }));

Deno.test("sample ends in front of a stop text", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder), { folder: run });
    const greedily = ["--prompt", "whale", "--temperature", "0"];
    const { written } = await sample(run, ...greedily);
    const drawn = written.slice("whale".length, -1);
    const stop = drawn.slice(-2);
    const stopped = await sample(run, ...greedily, "--stop", "no such text", "--stop", stop);
    assertEquals(stopped.written, `whale${drawn.slice(0, drawn.indexOf(stop))}\n`, stopped.errors);
    const { code, errors } = await sample(run, "--top-p", "0");
    assertEquals(code, exitCodes.usage);
    assertStringIncludes(errors, "--top-p");
  }));

Deno.test("sample of a model that has diverged says so and writes no token", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { recipe: [{ phase: "dense", steps: 3 }] }), { folder: run });
    const checkpoints = join(run, "checkpoints");
    const { step, model, optimizer, config, state } = await loadNewestCheckpoint(checkpoints);
    const { tensors } = decodeSafetensors(await Deno.readFile(model));
    for (const { data } of Object.values(tensors)) if (data instanceof Float32Array) data.fill(NaN);
    const pieces = [encodeSafetensors(tensors)];
    const moments = [await Deno.readFile(optimizer)];
    await saveCheckpoint(checkpoints, { step, model: pieces, optimizer: moments, config, state });
    const { code, written, errors } = await sample(run, "--prompt", "whale");
    assertEquals([code, written], [exitCodes.nonFinite, "whale"], errors);
    assertStringIncludes(errors, "has diverged by step 3");
  }));

Deno.test("sample never draws a token that is no text of the tokenizer", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { "model.vocabularySize": 512 }), { folder: run, force: true });
    const checkpoints = join(run, "checkpoints");
    const { step, model, optimizer, config, state } = await loadNewestCheckpoint(checkpoints);
    const { tensors } = decodeSafetensors(await Deno.readFile(model));
    const { data, shape: [tokens = 0, width = 0] = [] } = tensors["lm_head.weight"] ?? {};
    if (!(data instanceof Float32Array)) throw new Error("The model has a head");
    // Whatever comes in, a row and its opposite have the best score, and both are of tokens that are no bytes.
    data.fill(0);
    data.fill(1, (tokens - 1) * width);
    data.fill(-1, (tokens - 2) * width, (tokens - 1) * width);
    const pieces = [encodeSafetensors(tensors)];
    const moments = [await Deno.readFile(optimizer)];
    await saveCheckpoint(checkpoints, { step, model: pieces, optimizer: moments, config, state });
    const { code, written, errors } = await sample(run, "--prompt", "whale", "--temperature", "0", "--tokens", "3");
    // Of the tokens that are bytes all have the same score, and byte 0 ends a text.
    assertEquals([code, written], [exitCodes.done, "whale\n"], errors);
  }));
