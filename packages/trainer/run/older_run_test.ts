import { type JsonValue, loadNewestCheckpoint, saveCheckpoint } from "@beyond24/checkpoint";
import type { StepMetrics } from "@beyond24/run";
import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, checkpointDigest, microConfig, microRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";

/** A copy without the keys of a name, at any depth. */
function without(value: JsonValue, name: string): JsonValue {
  return JSON.parse(JSON.stringify(value, (key, part) => key === name ? undefined : part));
}

Deno.test("a run from before the order of sequences was a choice goes on in its order", () =>
  withFolder(async (folder) => {
    const [whole, other, old] = ["whole", "other", "old"].map((name) => join(folder, name));
    const config = microConfig(folder, { "data.shuffle": "feistel" });
    await microRun(config, { folder: whole ?? "" });
    await microRun(microConfig(folder), { folder: other ?? "" });

    const run = old ?? "";
    const controller = new AbortController();
    const onSteps = (rows: readonly StepMetrics[]) => {
      if (rows.some(({ step }) => step >= 8)) controller.abort();
    };
    await microRun(config, { folder: run, signal: controller.signal, observer: { onSteps } });
    const { step, model, optimizer, config: stored, state } = await loadNewestCheckpoint(join(run, "checkpoints"));
    assertEquals(step, 8);
    const pieces = [[await Deno.readFile(model)], [await Deno.readFile(optimizer)]] as const;
    const older = { config: without(stored, "shuffle"), state: without(state, "shuffle") };
    await saveCheckpoint(join(run, "checkpoints"), { step, model: pieces[0], optimizer: pieces[1], ...older });
    await Deno.writeTextFile(join(run, "config.json"), JSON.stringify(older.config));

    const terminal = new CaptureTerminal();
    assertEquals(await runCommandLine(["train", "--resume", run], terminal), 0, terminal.errors);
    assertEquals(JSON.parse(await Deno.readTextFile(join(run, "config.json"))).data.shuffle, "feistel");
    for (const name of ["model.safetensors", "optimizer.safetensors"]) {
      assertEquals(checkpointDigest(run, 12, name), checkpointDigest(whole ?? "", 12, name));
      assertNotEquals(checkpointDigest(run, 12, name), checkpointDigest(other ?? "", 12, name));
    }
  }));
