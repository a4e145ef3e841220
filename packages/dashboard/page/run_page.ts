/**
 * The page that shows a run of `train`, finished or still going on.
 *
 * @module
 */
import { followRun } from "./run/follow_run.ts";
import { readFacts } from "./run/run_files.ts";
import { RunView } from "./run/run_view.ts";

const view = new RunView();

async function fetchJson(path: string): Promise<unknown> {
  const response = await fetch(path);
  return response.ok ? await response.json() : undefined;
}

/** The configuration is the first file that a run writes. */
async function waitForFacts(): Promise<void> {
  for (;;) {
    const config = await fetchJson("/run/config.json").catch(() => undefined);
    if (config !== undefined) return view.setFacts(readFacts(config));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function showReportLink(): Promise<void> {
  const report = await fetch("/run/report.html").catch(() => undefined);
  view.setReport(report?.ok === true);
}

await waitForFacts();
followRun({
  onRestart: (track) => view.restart(track),
  onSteps: (track, steps) => view.addSteps(track, steps),
  onResult: (result) => {
    view.setResult(result);
    showReportLink();
  },
  onCaughtUp: () => view.caughtUp(),
  onConnection: (isOpen) => view.setConnection(isOpen),
});
