import { runFolder, UsageError } from "@beyond24/run";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { resolveConfig } from "../../packages/trainer/config/resolve_config.ts";
import { argumentsOf, settingsFile } from "./train_process.ts";

Deno.test("a run goes on where it is the one that is asked for, and not where its preset has changed since", async () => {
  const parent = await Deno.makeTempDir();
  const folder = join(parent, "run");
  const values = { "sparsity.plan": "beyond", "recipe": "dense:2,sparse:3", "optimizer.warmupSteps": 1 };
  const run = { folder, preset: "llama-125m", values, data: [], device: "cpu" };
  const begin = async (others: readonly string[]) => {
    const set = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    const config = await resolveConfig({ preset: run.preset, assignments: [...set, ...others] });
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(settingsFile(folder), set.join("\n"));
    await Deno.writeTextFile(runFolder(folder).config, JSON.stringify(config));
  };
  try {
    await begin(["train.checkpointEvery=7"]); // which changes no number
    assertEquals(await argumentsOf(run), ["--resume", folder, "--device", "cpu"]);
    for (const change of ["sparsity.denseLayers=0", "sparsity.clusters=weights", "optimizer.learningRate=0.5"]) {
      await begin([change]);
      const message = `begun with other settings (${change.split("=")[0]}): remove it to measure anew`;
      await assertRejects(() => argumentsOf(run), UsageError, message);
    }
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});
