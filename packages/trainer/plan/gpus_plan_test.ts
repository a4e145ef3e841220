import { applyConfig, presetConfig, UsageError } from "@beyond24/run";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CaptureTerminal } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";
import { linkUtilization } from "./gpus_plan.ts";
import { runPlan } from "./run_plan.ts";

const config = (values: Record<string, unknown> = {}) =>
  applyConfig(presetConfig("llama-1b"), { "train.batchSize": 64, ...values }, "a test");

function gpusOf(gpus: number, values: Record<string, unknown> = {}, networkBytesPerSecond = 50e9) {
  const { gpus: plan, ...rest } = runPlan(config(values), { gpus, networkBytesPerSecond });
  if (plan === undefined) throw new Error("the plan says nothing of several GPUs");
  return { ...plan, rest };
}

Deno.test("gpusPlan of one GPU sends nothing, and holds what a run holds", () => {
  const { none: whole, optimizer: sharded, rest } = gpusOf(1);
  assertEquals(whole, sharded);
  assertEquals(whole.memory, rest.memoryBfloat16);
  assertEquals(whole.communication, { gradients: 0, weights: 0 });
  assertEquals(whole.denseStep.hidden, whole.denseStep.exposed);
});

Deno.test("gpusPlan: a shard of the optimizer on each GPU, gradients and weights whole", () => {
  for (const count of [2, 8, 64]) {
    const { none: whole, optimizer: sharded, sequences, rest: { parameters: { total } } } = gpusOf(count);
    assertEquals(sequences, 64 / count);
    assertEquals(sharded.memory.masters, 4 * total / count);
    assertEquals(sharded.memory.moments, 8 * total / count);
    assertEquals([sharded.memory.weights, sharded.memory.gradients], [2 * total, 4 * total]);
    assertEquals([whole.memory.masters, whole.memory.moments], [4 * total, 8 * total]);
    assertEquals(whole.memory.activations, sharded.memory.activations);
    assertAlmostEquals(whole.memory.total - sharded.memory.total, 12 * total * (1 - 1 / count), 1);
    const state = ({ memory }: typeof whole) => memory.masters + memory.moments + memory.gradients;
    if (count === 2) assertAlmostEquals(state(sharded) / state(whole), 0.625);
  }
});

Deno.test("gpusPlan: steps are shorter with more GPUs, and with what is hidden", () => {
  for (const count of [2, 8, 64]) {
    const { none: whole, optimizer: sharded } = gpusOf(count);
    for (const { denseStep, sparseStep, run } of [whole, sharded]) {
      assert(sparseStep !== undefined);
      assertEquals(run.hidden, 31_000 * denseStep.hidden + 29_000 * sparseStep.hidden);
      for (const { hidden, exposed } of [denseStep, sparseStep]) assert(hidden < exposed);
      assert(sparseStep.hidden < denseStep.hidden);
    }
    assert(sharded.denseStep.hidden < whole.denseStep.hidden, "AdamW on a shard is shorter");
    assert(sharded.denseStep.hidden < gpusOf(count / 2).optimizer.denseStep.hidden);
  }
  const dense = gpusOf(8, { recipe: [{ phase: "dense", steps: 10 }] });
  assertEquals(dense.none.sparseStep, undefined);
});

Deno.test("gpusPlan: between machines the slower of both links counts, inside of one the network does not", () => {
  assertEquals(gpusOf(8, {}, 1e9).bytesPerSecond, linkUtilization * 450e9);
  assertEquals(gpusOf(16, {}, 50e9).bytesPerSecond, linkUtilization * 400e9);
  assertEquals(gpusOf(16, {}, 100e9).bytesPerSecond, linkUtilization * 450e9);
  const [fast, slow] = [gpusOf(16, {}, 50e9), gpusOf(16, {}, 1e9)];
  const longer = slow.optimizer.denseStep.exposed - fast.optimizer.denseStep.exposed;
  const { gradients, weights } = slow.optimizer.communication;
  assertAlmostEquals(
    longer,
    1000 * (gradients + weights) * (1 / (linkUtilization * 8e9) - 1 / (linkUtilization * 400e9)),
    1e-6,
  );
});

Deno.test("gpusPlan refuses a batch that the GPUs cannot share", () => {
  assertThrows(() => gpusOf(3), UsageError, "Cannot share a batch of 64 sequences between 3 processes");
});

Deno.test("plan --gpus says bytes, communication and step time of a GPU, in words and as JSON", async () => {
  const words = ["plan", "--preset", "llama-7b", "--set", "train.batchSize=64", "--gpus", "64", "--network", "200"];
  const [shown, json] = [new CaptureTerminal(), new CaptureTerminal()];
  assertEquals(await runCommandLine(words, shown), 0, shown.errors);
  assertEquals(await runCommandLine([...words, "--json"], json), 0, json.errors);
  const { gpus } = JSON.parse(json.written);
  assertEquals([gpus.count, gpus.sequences, gpus.bytesPerSecond], [64, 1, linkUtilization * 8 * 25e9]);
  assertEquals(gpus.optimizer.memory.moments, 8 * 6_688_083_968 / 64);
  for (
    const part of ["64 H100s, 1 sequence each", "836 MB", "26.3 GB", "sparse step, not hidden", "150 GB/s, 75 % of"]
  ) {
    assertStringIncludes(shown.written, part);
  }
  const [, table = ""] = shown.written.split("\n64 H100s");
  assert(table.split("\n").every((line) => line.length <= 120), table);
});
