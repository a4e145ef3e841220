import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CaptureTerminal } from "../../packages/trainer/_testing.ts";
import type { RunName } from "./experiments.ts";
import { type ExpectedJob, queueProgress } from "./queue_progress.ts";

function expect(run: RunName): ExpectedJob {
  return { job: { size: "tiny", run, seed: 1, steps: 100 }, folder: `no/such/folder/${run}`, seconds: 60 };
}

Deno.test("a run that was stopped or failed is not counted as done, and its time is not left", async () => {
  const jobs = [expect("dense"), expect("w1"), expect("w2")] as const;
  const terminal = new CaptureTerminal({ isInteractive: false });
  using progress = queueProgress(jobs, { atOnce: 1, signal: new AbortController().signal }, terminal);
  await progress.draw();
  assertEquals(terminal.errors, "0 of 3 runs · 3 min 00 s left\n");
  for (const job of jobs) progress.begin(job);
  progress.end(jobs[0], "dense: stopped", false);
  progress.end(jobs[1], "w1: loss", true);
  await progress.draw();
  assertMatch(terminal.errors.split("\n").at(-2) ?? "", /^1 of 3 runs · .* left · tiny\/w2\.seed1\.steps100 0 %$/);
});

Deno.test("nothing is drawn after a stop, nor by a look that was on its way, but how each run ended is said", async () => {
  const job = expect("dense");
  const stop = new AbortController();
  const terminal = new CaptureTerminal({ isInteractive: true });
  using progress = queueProgress([job], { atOnce: 1, signal: stop.signal }, terminal);
  progress.begin(job);
  const onItsWay = progress.draw();
  stop.abort();
  await onItsWay;
  await progress.draw();
  progress.end(job, "dense: stopped", false);
  assertEquals(terminal.errors, "\r\x1b[K\r\x1b[Kdense: stopped\n");
});

Deno.test("the line is gone when the queue is through, and none follows it", async () => {
  const terminal = new CaptureTerminal({ isInteractive: true });
  const progress = queueProgress([expect("dense")], { atOnce: 1, signal: new AbortController().signal }, terminal);
  await progress.draw();
  assertStringIncludes(terminal.errors, "0 of 1 runs");
  progress[Symbol.dispose]();
  const { errors } = terminal;
  await progress.draw();
  assertEquals([terminal.errors, errors.endsWith("\r\x1b[K")], [errors, true]);
});
