import type { StepMetrics } from "@beyond24/run";
import { metricsColumns } from "@beyond24/run/step-metrics";
import { findElement, setText } from "../view/find_element.ts";
import { formatCount, formatLarge, formatLoss, formatPercent, trainLossSpan } from "@beyond24/run/view";
import { PhaseBar } from "../view/phase_bar.ts";
import { StepHistory } from "../view/step_history.ts";
import type { RunTrack } from "./follow_run.ts";
import { RunCharts } from "./run_charts.ts";
import type { RunFacts, RunResult } from "./run_files.ts";

/** Everything that shows a run. */
export class RunView {
  readonly #histories: Readonly<Record<RunTrack, StepHistory>> = {
    metrics: new StepHistory(),
    baseline: new StepHistory(),
  };
  readonly #phases = new PhaseBar(findElement("phases", HTMLElement));
  readonly #charts = new RunCharts();
  #facts: RunFacts = readNothing();
  #result: RunResult | undefined;
  #isCaughtUp = false;

  /** What is trained. */
  setFacts(facts: RunFacts): void {
    this.#facts = facts;
    document.title = `${facts.preset} · beyond24`;
    setText("title", `Run of ${facts.preset}`);
    setText("tile-step-note", `of ${formatCount(facts.steps)}`);
    this.#phases.setRecipe(facts.recipe);
    this.#charts.setRecipe(facts.recipe);
    this.setResult(this.#result);
  }

  /** Forgets the steps of a track. */
  restart(track: RunTrack): void {
    this.#histories[track].clear();
    this.#isCaughtUp = false;
    this.#draw();
  }

  /** New steps. */
  addSteps(track: RunTrack, steps: readonly StepMetrics[]): void {
    this.#histories[track].append(steps);
    this.#draw();
  }

  /** A summary: the run is finished, or was stopped; nothing while it goes on. */
  setResult(result: RunResult | undefined): void {
    this.#result = result;
    const { device = "", parameters = null } = result ?? {};
    const size = parameters === null ? "" : ` ${formatLarge(parameters)} parameters.`;
    setText("facts", `${this.#facts.parameters}.${size}${device === "" ? "" : ` Device: ${device}.`}`);
    this.#draw();
  }

  /** Whether there is a report to link to. */
  setReport(isThere: boolean): void {
    findElement("report", HTMLAnchorElement).hidden = !isThere;
  }

  /** All steps that were there are known. */
  caughtUp(): void {
    this.#isCaughtUp = true;
    this.#draw();
  }

  /** Whether the server can be reached. */
  setConnection(isOpen: boolean): void {
    if (!isOpen) {
      setText("status", "The dashboard was closed; this is what it last said. It goes on if it is opened again.");
    }
  }

  #draw(): void {
    const { metrics, baseline } = this.#histories;
    const last = metrics.last;
    this.#charts.draw(metrics, baseline);
    this.#phases.setStep(last?.step ?? 0);
    setText("tile-step", last === undefined ? "–" : formatCount(last.step));
    setText("tile-loss", formatLoss(metrics.trainLoss()));
    setText("tile-loss-note", last === undefined ? "" : trainLossSpan(last.step));
    setText("tile-validation", formatLoss(metrics.latest("val_loss")));
    const twin = baseline.latest("val_loss");
    const bits = metrics.latest("val_bits_per_byte");
    const { unit } = metricsColumns.val_bits_per_byte;
    const notes = [
      twin === null ? metricsColumns.val_loss.unit : `dense twin ${formatLoss(twin)}`,
      ...(bits === null ? [] : [`${formatLoss(bits)} ${unit}`]),
    ];
    setText("tile-validation-note", notes.join("; "));
    setText("tile-sparsity", formatPercent(last?.activation_sparsity));
    setText("tile-speed", formatLarge(last?.tokens_per_second));
    const each = last?.tokens_per_second_each ?? null;
    const speeds = [metricsColumns.tokens_per_second.unit, ...(each === null ? [] : [`${formatLarge(each)} each`])];
    setText("tile-speed-note", speeds.join("; "));
    if (this.#isCaughtUp) setText("status", this.#words(last));
  }

  #words(last: StepMetrics | undefined): string {
    if (last === undefined) return "The run has not done a step yet.";
    const { steps } = this.#facts;
    const seconds = this.#result?.wallSeconds ?? null;
    if (last.step >= steps) return `Finished${seconds === null ? "" : ` in ${formatSeconds(seconds)}`}.`;
    // The summary of an interruption stays when the run is resumed, but then there are more steps than it knows of.
    return this.#result?.status === "interrupted" && this.#result.steps === last.step
      ? "Interrupted. When it is resumed, its new steps appear here."
      : `In ${last.phase} steps; new ones appear here.`;
  }
}

function readNothing(): RunFacts {
  return { preset: "run", recipe: [], steps: 0, parameters: "" };
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} seconds`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(0)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
