import { assertEquals } from "@std/assert";
import { decodeStepMetrics } from "@beyond24/run/step-metrics";
import { StepHistory } from "./step_history.ts";

const row = (step: number, loss: number) => decodeStepMetrics({ ...timing, step, phase: "dense", loss });
const timing = { lr: 1, grad_norm: 1, tokens_per_second: 1, step_ms: 1 };

Deno.test("StepHistory keeps columns, validation losses and the latest value that was measured", () => {
  const history = new StepHistory();
  history.append([row(1, 5), row(2, 4), row(3, 3)]);
  history.addValidation(2, { val_loss: 4.5, val_bits_per_byte: 1.5 });
  history.addValidation(9, { val_loss: 1, val_bits_per_byte: 1 });
  assertEquals(history.column("loss"), [5, 4, 3]);
  assertEquals(history.column("val_loss"), [null, 4.5, null]);
  assertEquals([
    history.latest("val_bits_per_byte"),
    history.latest("val_loss"),
    history.latest("flip_rate"),
    history.last?.step,
  ], [1.5, 4.5, null, 3]);
  assertEquals(history.smoothLosses([{ phase: "dense", steps: 3 }]), [5, 4, 3]);
  history.clear();
  assertEquals([history.column("step"), history.last], [[], undefined]);
});
