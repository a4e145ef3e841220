import { assertEquals } from "@std/assert";
import { CaptureTerminal } from "../_testing.ts";
import { lineView } from "./line_view.ts";
import type { ProgressState } from "./progress_view.ts";

const first: ProgressState = { total: 1000, done: 0, step: 0, phase: "dense", tokensPerSecond: 1234, secondsLeft: 75 };

Deno.test("lineView says the speed of each process, and what a GPU makes of its peak, where they are known", () => {
  const terminal = new CaptureTerminal();
  const view = lineView(first, terminal);
  view.show({ ...first, tokensPerSecondEach: 617, mfu: 0.5432 });
  assertEquals(
    terminal.written,
    "step 0 · dense · smoothed loss – · 1,234 tokens/s (617 each) · MFU 54.3 % · 1 min 15 s left\n",
  );
});

Deno.test("lineView prints about twenty lines, and one at each phase and validation", async () => {
  const terminal = new CaptureTerminal();
  const view = lineView(first, terminal);
  for (let step = 1; step <= 1000; step++) {
    const phase = step <= 333 ? "dense" : "sparse";
    view.show({
      ...first,
      step,
      done: step,
      phase,
      loss: 2,
      ...(step === 777 ? { validation: { role: "main", loss: 3 } } : {}),
    });
  }
  await view.stop();
  const lines = terminal.written.trimEnd().split("\n");
  const steps = lines.map((line) => Number(line.match(/^step (\d+)/)?.[1]));
  const regular = Array.from({ length: 20 }, (_, index) => 50 * (index + 1));
  assertEquals(steps, [1, ...regular, 334, 777].sort((a, b) => a - b));
  assertEquals(lines[0], "step 1 · dense · smoothed loss 2.0000 · 1,234 tokens/s · 1 min 15 s left");
  assertEquals(
    lines.find((line) => line.includes("777")),
    "step 777 · sparse · smoothed loss 2.0000 · validation loss 3.0000 · 1,234 tokens/s · 1 min 15 s left",
  );
});
