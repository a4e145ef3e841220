import { assertEquals } from "@std/assert";
import { StepHistory, type StepPoint } from "./step_history.ts";

function point(step: number, loss: number): StepPoint {
  const missing = { heldOutLoss: null, tokensPerSecond: null, zeros: null, flipRate: null };
  return { step, phase: "dense", loss, ...missing, loadMin: null, loadMean: null, loadMax: null };
}

Deno.test("StepHistory keeps columns, held-out losses and the latest value that was measured", () => {
  const history = new StepHistory();
  history.append([point(1, 5), point(2, 4), point(3, 3)]);
  history.addHeldOutLoss(2, 4.5);
  history.addHeldOutLoss(9, 1);
  assertEquals(history.column("loss"), [5, 4, 3]);
  assertEquals(history.column("heldOutLoss"), [null, 4.5, null]);
  assertEquals([history.latest("heldOutLoss"), history.latest("zeros"), history.last?.step], [4.5, null, 3]);
  history.clear();
  assertEquals([history.column("step"), history.last], [[], undefined]);
});

Deno.test("StepHistory smooths over a quarter of the steps, twelve at most", () => {
  const history = new StepHistory();
  history.append(Array.from({ length: 100 }, (_, index) => point(index + 1, index)));
  const smooth = history.smoothLoss();
  assertEquals(smooth.slice(0, 6), [0, 1, 2, 3, 3.5, 4.5]);
  assertEquals(smooth[99], 99 - 11 / 2);
});
