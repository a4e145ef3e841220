import { phaseSpans, type Recipe } from "@beyond24/recipe";
import { type MetricsColumnName, metricsColumns } from "@beyond24/run/step-metrics";
import { LineChart } from "../charts/line_chart.ts";
import { findElement, setText } from "../view/find_element.ts";
import { formatLarge, formatLoss, formatPercent } from "@beyond24/run/view";
import type { StepHistory } from "../view/step_history.ts";

/** The charts of a run. */
export class RunCharts {
  #recipe: Recipe = [];
  readonly #loss = chart("loss", {
    lines: [
      { name: "", color: "--twin", width: 1, alpha: 0.3 },
      { name: "dense twin smoothed", color: "--twin", width: 2 },
      { name: nameOf("loss"), color: "--main", width: 1, alpha: 0.35 },
      { name: "smoothed", color: "--main", width: 2.5 },
      { name: "dense twin", color: "--twin", width: 0 },
      { name: nameOf("val_loss"), color: "--main", width: 0 },
    ],
    isLater: true,
    format: formatLoss,
    label: (value) => value.toFixed(2),
  });
  readonly #load = chart("load", {
    lines: [
      { name: "most", color: "--main", width: 1 },
      { name: "least", color: "--main", width: 1 },
      { name: "mean", color: "--text", width: 1, dash: [4, 3] },
    ],
    band: [0, 1],
    from: 0,
    format: formatLarge,
  });
  readonly #speed = chart("speed", {
    lines: [
      { name: "dense twin", color: "--twin", width: 1.5 },
      { name: nameOf("tokens_per_second"), color: "--main", width: 1.5 },
    ],
    from: 0,
    format: formatLarge,
  });
  readonly #sparsity = chart("sparsity", {
    lines: [
      { name: "dense twin", color: "--twin", width: 1.5 },
      { name: nameOf("activation_sparsity"), color: "--main" },
    ],
    from: 0,
    format: formatPercent,
    label: (value) => `${Math.round(100 * value)} %`,
  });
  readonly #flips = chart("flips", {
    lines: [{ name: nameOf("flip_rate"), color: "--main" }],
    from: 0,
    format: (value) => `${(100 * value).toFixed(2)} %`,
  });

  readonly #utilization = chart("utilization", {
    lines: [
      { name: metricsColumns.executed_mfu.part, color: "--text", width: 1, dash: [4, 3] },
      { name: metricsColumns.mfu.part, color: "--main" },
    ],
    from: 0,
    format: formatPercent,
    label: (value) => `${Math.round(100 * value)} %`,
  });
  readonly #waiting = chart("waiting", {
    lines: [
      { name: "dense twin", color: "--twin", width: 1.5 },
      { name: nameOf("waiting_ms"), color: "--main", width: 1.5 },
    ],
    from: 0,
    format: formatLarge,
  });

  /** Sets the phases. */
  setRecipe(recipe: Recipe): void {
    this.#recipe = recipe;
    const spans = phaseSpans(recipe);
    const alwaysThere = [this.#loss, this.#load, this.#speed, this.#sparsity, this.#flips];
    for (const one of [...alwaysThere, this.#utilization, this.#waiting]) one.setSpans(spans);
  }

  /** Draws all steps of the model and of its twin. */
  draw(model: StepHistory, twin: StepHistory): void {
    const steps = model.column("step");
    // The twin is a few steps ahead or behind; its steps are the same numbers.
    const ofTwin = (column: (number | null)[]) => steps.map((_, index) => column[index] ?? null);
    this.#loss.update(steps, [
      ofTwin(twin.column("loss")),
      ofTwin(twin.smoothLosses(this.#recipe)),
      model.column("loss"),
      model.smoothLosses(this.#recipe),
      ofTwin(twin.column("val_loss")),
      model.column("val_loss"),
    ]);
    const load = ["expert_load_max", "expert_load_min", "expert_load_mean"] as const;
    this.#load.update(steps, load.map((name) => model.column(name)));
    for (
      const [one, name] of [
        [this.#speed, "tokens_per_second"],
        [this.#sparsity, "activation_sparsity"],
        [this.#waiting, "waiting_ms"],
      ] as const
    ) one.update(steps, [ofTwin(twin.column(name)), model.column(name)]);
    this.#flips.update(steps, [model.column("flip_rate")]);
    this.#utilization.update(steps, [model.column("executed_mfu"), model.column("mfu")]);
    for (const [name, column] of [["utilization", "mfu"], ["waiting", "waiting_ms"]] as const) {
      findElement(`${name}-figure`, HTMLElement).hidden = model.latest(column) === null;
    }
    findElement("twin-legend", HTMLElement).hidden = twin.last === undefined;
    findElement("loss-chart", HTMLElement).ariaLabel = model.last === undefined
      ? "Loss by step: no step yet"
      : `Loss by step: ${formatLoss(model.column("loss")[0])} at first, ${formatLoss(model.last.loss)} now`;
  }
}

function nameOf(name: MetricsColumnName): string {
  return metricsColumns[name].title.toLowerCase();
}

function chart(name: string, options: ConstructorParameters<typeof LineChart>[1]): LineChart {
  const onRead = (text: string) => setText(`${name}-readout`, text);
  return new LineChart(findElement(`${name}-chart`, HTMLElement), { ...options, onRead });
}
