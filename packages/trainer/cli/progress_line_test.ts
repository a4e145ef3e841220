import { assertEquals, assertMatch } from "@std/assert";
import { CaptureTerminal } from "../_testing.ts";
import { barView } from "./bar_view.ts";
import { progressLine } from "./progress_line.ts";
import type { ProgressState } from "./progress_view.ts";

const state: ProgressState = {
  total: 3000,
  done: 1234,
  step: 1234,
  phase: "sparse",
  loss: 2.34567,
  tokensPerSecond: 12345,
  secondsLeft: 185,
};

Deno.test("progressLine drops what there is no room for, and step, loss and time left last of all", () => {
  const bar = "██████░░░░░░░░░░";
  const lines: [number, string][] = [
    [120, "sparse ██████░░░░░░░░░░ 41 % · step 1234 · smoothed loss 2.3457 · 12,345 tokens/s · 3 min 05 s left"],
    [84, "sparse ██████░░░░░░░░░░ 41 % · step 1234 · smoothed loss 2.3457 · 3 min 05 s left"],
    [65, "sparse 41 % · step 1234 · smoothed loss 2.3457 · 3 min 05 s left"],
    [54, "step 1234 · smoothed loss 2.3457 · 3 min 05 s left"],
    [39, "step 1234 loss 2.3457 3:05 left"],
  ];
  for (const [columns, line] of lines) assertEquals(progressLine(state, bar, columns), line);
  for (const [columns] of lines) {
    const long = { ...state, step: 60_000, secondsLeft: 100_000, baselineLoss: 2.5 };
    const line = progressLine(long, bar, columns);
    assertEquals(line.length <= columns, true);
    assertMatch(line, /step 60000.*loss 2\.3457.*27(:46:40| h 46 min) left/);
  }
});

Deno.test("progressLine says the speed of each process and MFU where there is room", () => {
  const several = { ...state, tokensPerSecondEach: 6172, mfu: 0.5 };
  const begin = "sparse ██████░░░░░░░░░░ 41 % · step 1234 · smoothed loss 2.3457 · 12,345 tokens/s";
  const [wide, narrow] = [149, 119].map((columns) => progressLine(several, "██████░░░░░░░░░░", columns));
  assertEquals(wide, `${begin} (6,172 each) · MFU 50.0 % · 3 min 05 s left`);
  assertEquals(narrow, `${begin} · 3 min 05 s left`);
});

Deno.test("barView leaves an empty line", async () => {
  const terminal = new CaptureTerminal({ isInteractive: true, columns: 40 });
  const view = barView(state, terminal);
  view.show({ ...state, step: 1235, done: 1235 });
  await view.stop();
  assertEquals(terminal.errors, "\r\x1b[Kstep 1234 loss 2.3457 3:05 left\r\x1b[K");
});
