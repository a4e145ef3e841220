import { CheckpointError } from "@beyond24/checkpoint";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { MetricsLog } from "./metrics_log.ts";
import { readMetrics } from "./read_metrics.ts";
import type { StepMetrics } from "./step_metrics.ts";

const row = (step: number): StepMetrics => ({
  step,
  phase: "dense",
  loss: 1 / step,
  lr: 1e-3,
  grad_norm: 1,
  tokens_per_second: 5,
  step_ms: 2,
  activation_sparsity: null,
  expert_load_min: null,
  expert_load_mean: null,
  expert_load_max: null,
  flip_rate: null,
  val_loss: null,
});

Deno.test("MetricsLog keeps the steps up to the checkpoint and passes over an unfinished line", () =>
  withFolder(async (folder) => {
    const path = join(folder, "metrics.jsonl");
    const log = await MetricsLog.open(path, 0);
    log.append([1, 2, 3, 4, 5].map(row));
    log.close();
    await Deno.writeTextFile(path, '{"step": 6, "lo', { append: true });
    assertEquals((await readMetrics(path)).length, 5);

    const resumed = await MetricsLog.open(path, 3);
    resumed.append([row(4)]);
    await resumed.sync();
    resumed.close();
    assertEquals(await readMetrics(path), [1, 2, 3, 4].map(row));

    await Deno.writeTextFile(path, "torn\n", { append: true });
    await assertRejects(() => readMetrics(path), CheckpointError, "its line 5 must be JSON: current value is torn");
    await assertRejects(() => MetricsLog.open(path, 4), CheckpointError, "its line 5 must be JSON");

    (await MetricsLog.open(path, 0)).close();
    assertEquals(await readMetrics(path), []);
    assertEquals(await readMetrics(join(folder, "missing.jsonl")), []);
    await assertRejects(() => readMetrics(folder), CheckpointError, "as the system refuses it");
  }));
