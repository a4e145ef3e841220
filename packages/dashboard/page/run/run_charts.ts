import type { PhaseSpan } from "@beyond24/recipe";
import { LineChart } from "../charts/line_chart.ts";
import { findElement, setText } from "../view/find_element.ts";
import { formatLarge, formatLoss } from "../view/format.ts";
import type { StepHistory } from "../view/step_history.ts";

/** The charts of a run. */
export class RunCharts {
  readonly #loss = chart("loss", {
    lines: [
      { name: "", color: "--twin", width: 1, alpha: 0.3 },
      { name: "twin", color: "--twin", width: 2 },
      { name: "", color: "--main", width: 1, alpha: 0.35 },
      { name: "loss", color: "--main", width: 2.5 },
      { name: "twin held-out", color: "--twin", width: 0 },
      { name: "held-out", color: "--main", width: 0 },
    ],
    format: (value) => value.toFixed(2),
  });
  readonly #load = chart("load", {
    lines: [
      { name: "most", color: "--main", width: 1 },
      { name: "fewest", color: "--main", width: 1 },
      { name: "mean", color: "--text", width: 1, dash: [4, 3] },
    ],
    band: [0, 1],
    from: 0,
    format: formatLarge,
  });
  readonly #speed = chart("speed", {
    lines: [
      { name: "twin", color: "--twin", width: 1.5 },
      { name: "tokens a second", color: "--main", width: 1.5 },
    ],
    from: 0,
    format: formatLarge,
  });
  readonly #zeros = chart("zeros", {
    lines: [{ name: "zeros", color: "--main" }],
    from: 0,
    format: (value) => `${Math.round(100 * value)} %`,
  });
  readonly #flips = chart("flips", {
    lines: [{ name: "changed", color: "--main" }],
    from: 0,
    format: (value) => `${(100 * value).toFixed(1)} %`,
  });

  /** Sets the phases. */
  setSpans(spans: readonly PhaseSpan[]): void {
    for (const one of [this.#loss, this.#load, this.#speed, this.#zeros, this.#flips]) one.setSpans(spans);
  }

  /** Draws all steps of the model and of its twin. */
  draw(model: StepHistory, twin: StepHistory): void {
    const steps = model.column("step");
    // The twin is a few steps ahead or behind; its steps are the same numbers.
    const ofTwin = (column: (number | null)[]) => steps.map((_, index) => column[index] ?? null);
    this.#loss.update(steps, [
      ofTwin(twin.column("loss")),
      ofTwin(twin.smoothLoss()),
      model.column("loss"),
      model.smoothLoss(),
      ofTwin(twin.column("val_loss")),
      model.column("val_loss"),
    ]);
    this.#load.update(steps, [
      model.column("expert_load_max"),
      model.column("expert_load_min"),
      model.column("expert_load_mean"),
    ]);
    this.#speed.update(steps, [ofTwin(twin.column("tokens_per_second")), model.column("tokens_per_second")]);
    this.#zeros.update(steps, [model.column("activation_sparsity")]);
    this.#flips.update(steps, [model.column("flip_rate")]);
    findElement("twin-legend", HTMLElement).hidden = twin.last === undefined;
    findElement("loss-chart", HTMLElement).ariaLabel = model.last === undefined
      ? "Loss by step: no step yet"
      : `Loss by step: ${formatLoss(model.column("loss")[0])} at first, ${formatLoss(model.last.loss)} now`;
  }
}

function chart(name: string, options: ConstructorParameters<typeof LineChart>[1]): LineChart {
  const onRead = (text: string) => setText(`${name}-readout`, text);
  return new LineChart(findElement(`${name}-chart`, HTMLElement), { ...options, onRead });
}
