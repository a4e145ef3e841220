import { assertEquals, assertStringIncludes } from "@std/assert";
import { applyConfig, presetConfig, type StepMetrics } from "@beyond24/run";
import { CaptureTerminal } from "../_testing.ts";
import { runProgress } from "./run_progress.ts";

const config = applyConfig(presetConfig("tiny"), { "train.steps": 20, "optimizer.warmupSteps": 1 }, "a test");
const header = { config, folder: "run", device: "a device", parameters: 1, sources: [], resumedAt: 20, notes: [] };

Deno.test("a finished run that is resumed shows no progress", async () => {
  const terminal = new CaptureTerminal({ isInteractive: true });
  const { observer, stop } = runProgress(terminal);
  observer.onHeader?.(header);
  await stop();
  assertStringIncludes(terminal.written, "resumed after step 20");
  assertEquals(terminal.errors, "");
});

Deno.test("progress says the speed of each of several processes, and MFU", async () => {
  const terminal = new CaptureTerminal();
  const { observer, stop } = runProgress(terminal);
  observer.onHeader?.({ ...header, resumedAt: 0 });
  const row = {
    step: 1,
    phase: "dense",
    loss: 2,
    val_loss: null,
    tokens_per_second: 90,
    tokens_per_second_each: 45,
    mfu: 0.4,
  };
  observer.onSteps?.([row as StepMetrics], "main");
  await stop();
  assertStringIncludes(terminal.written, "· 90 tokens/s (45 each) · MFU 40.0 % ·");
});
