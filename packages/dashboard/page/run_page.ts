/**
 * The page that shows a run of `train`, finished or still going on.
 *
 * @module
 */
import { followRun } from "./run/follow_run.ts";
import { fetchSite } from "./view/fetch_site.ts";
import { nameMetrics } from "./view/name_metrics.ts";
import { RunView } from "./run/run_view.ts";
import { ScoresView } from "./run/scores_view.ts";

nameMetrics();
const view = new RunView();
const scores = new ScoresView();

followRun({
  onFacts: (facts) => view.setFacts(facts),
  onRestart: (track) => view.restart(track),
  onSteps: (track, steps) => view.addSteps(track, steps),
  onScoresRestart: () => scores.clear(),
  onScores: (rows) => scores.add(rows),
  onResult: (result) => {
    view.setResult(result);
    fetchSite().then(({ hasReport }) => view.setReport(hasReport));
  },
  onCaughtUp: () => view.caughtUp(),
  onConnection: (isOpen) => view.setConnection(isOpen),
});
