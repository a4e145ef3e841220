import { readMetrics } from "@beyond24/run";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, checkpointDigest, microConfig, microRun, stoppedRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";

const values = {
  "model.layers": 2,
  "sparsity.plan": "beyond",
  "sparsity.router": "energy",
  "sparsity.clusters": "activations",
} as const;
const files = ["model.safetensors", "optimizer.safetensors"] as const;

Deno.test("a run whose first layer stays dense, stopped in its sparse steps, goes on to the same bytes", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { ...values, "sparsity.denseLayers": 1 });
    const [whole, parts, other] = ["whole", "parts", "other"].map((name) => join(folder, name));
    assert(whole !== undefined && parts !== undefined && other !== undefined);
    await microRun(config, { folder: whole });
    await stoppedRun(config, parts, 6);
    // The last of its steps was sparse, so that text is written in sparse mode.
    const sampled = new CaptureTerminal();
    assertEquals(await runCommandLine(["sample", parts, "--tokens", "5"], sampled), 0, sampled.errors);
    await microRun(config, { folder: parts, resume: true });
    await microRun(microConfig(folder, values), { folder: other });
    for (const file of files) {
      assertEquals(checkpointDigest(parts, 12, file), checkpointDigest(whole, 12, file));
      assertNotEquals(checkpointDigest(other, 12, file), checkpointDigest(whole, 12, file));
    }
    const rows = await readMetrics(join(whole, "metrics.jsonl"));
    for (const { phase, energy_share, expert_load_mean, flip_rate } of rows) {
      const isSparse = phase === "sparse";
      assertEquals([energy_share, flip_rate].map((value) => value !== null), [isSparse, isSparse]);
      assertEquals(expert_load_mean, isSparse ? 2 * 16 * 4 / 16 : null, "4 of 16 experts for each of 32 tokens");
      if (isSparse) assert((energy_share ?? 0) > 0.25 && (energy_share ?? 0) <= 1, `${energy_share}`);
    }
  }));

Deno.test("train --set sparsity.denseLayers says so, reports it, and resumes", () =>
  withFolder(async (folder) => {
    const [run, file] = [join(folder, "run"), join(folder, "micro.json")];
    await Deno.writeTextFile(file, JSON.stringify(microConfig(folder, values)));
    const train = async (...words: string[]) => {
      const terminal = new CaptureTerminal();
      assertEquals(await runCommandLine(["train", ...words], terminal), 0, terminal.errors);
      return terminal.written;
    };
    const begun = await train("--config", file, "--out", run, "--set", "sparsity.denseLayers=1");
    assertStringIncludes(begun, "16 experts, 4 for each token (router: energy), the first layer dense");
    assertStringIncludes(
      await Deno.readTextFile(join(run, "report.html")),
      "4 for each token (router: energy), the first layer dense",
    );
    await train("--resume", run, "--set", "train.steps=14", "sparsity.denseLayers=1");
    const { sparsity: { denseLayers } } = JSON.parse(await Deno.readTextFile(join(run, "config.json")));
    assertEquals(denseLayers, 1);
  }));
