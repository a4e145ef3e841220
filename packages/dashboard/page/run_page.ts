/**
 * The page that shows a run of `train`, finished or still going on.
 *
 * @module
 */
import { followRun } from "./run/follow_run.ts";
import { readFacts } from "./run/run_files.ts";
import { fetchSite } from "./view/fetch_site.ts";
import { RunView } from "./run/run_view.ts";

const view = new RunView();

/** The configuration is the first file that a run writes. */
async function waitForFacts(): Promise<void> {
  while (!(await fetchSite()).hasConfig) await new Promise((resolve) => setTimeout(resolve, 1000));
  const config: unknown = await fetch("/run/config.json").then((response) => response.json());
  view.setFacts(readFacts(config));
}

await waitForFacts();
followRun({
  onRestart: (track) => view.restart(track),
  onSteps: (track, steps) => view.addSteps(track, steps),
  onResult: (result) => {
    view.setResult(result);
    fetchSite().then(({ hasReport }) => view.setReport(hasReport));
  },
  onCaughtUp: () => view.caughtUp(),
  onConnection: (isOpen) => view.setConnection(isOpen),
});
