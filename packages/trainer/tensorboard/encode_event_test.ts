import { decodeStepMetrics } from "@beyond24/run";
import { assert, assertEquals } from "@std/assert";
import { encodeRestart, encodeStep, encodeVersion } from "./encode_event.ts";
import { readEvent } from "./_read_events.ts";

const row = decodeStepMetrics({
  step: 300,
  phase: "sparse",
  loss: 2.5,
  lr: 0.25,
  grad_norm: 1,
  tokens_per_second: 9,
  step_ms: 4,
  activation_sparsity: 0.875,
  expert_load_max: 96,
});

Deno.test("encodeVersion and encodeRestart are what TensorBoard asks for", () => {
  const nothing = { values: {}, descriptions: {} };
  assertEquals(readEvent(encodeVersion(12.5)), { wallTime: 12.5, step: 0, fileVersion: "brain.Event:2", ...nothing });
  assertEquals(readEvent(encodeRestart(31, 12.5)), { wallTime: 12.5, step: 31, sessionStatus: 1, ...nothing });
});

Deno.test("encodeStep has the values that were measured, fractions in percent, and tells what they mean once", () => {
  const described = new Set<string>();
  const first = readEvent(encodeStep(row, 1, described));
  assertEquals([first.step, first.wallTime], [300, 1]);
  assertEquals(first.values, {
    "Training loss": 2.5,
    "Learning rate": 0.25,
    "Gradient norm": 1,
    "Speed": 9,
    "Step time": 4,
    "Activation sparsity": 87.5,
    "Expert load/most": 96,
  });
  assertEquals(first.descriptions["Speed"], "Tokens of the step by its time, in tokens per second");
  const second = readEvent(encodeStep({ ...row, val_loss: 3 }, 2, described));
  assertEquals(second.values["Validation loss"], 3);
  assertEquals(Object.keys(second.descriptions), ["Validation loss"]);
  assert(!described.has("flip_rate"));
});
