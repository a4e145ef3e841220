import { phaseSpans, type Recipe } from "@beyond24/recipe";
import { metricsColumns } from "@beyond24/run/step-metrics";
import type { StepMeasurement } from "@beyond24/session";
import { ActivationPanel } from "../charts/activation_panel.ts";
import { LineChart } from "../charts/line_chart.ts";
import { LoadView } from "../charts/load_view.ts";
import { type LivePresetName, livePresets, liveRecipe } from "../training/live_presets.ts";
import type { FromWorker, LiveSettings } from "../training/protocol.ts";
import { findElement, setText } from "./find_element.ts";
import { absent, formatCount, formatLarge, formatLoss, formatPercent, trainLossSpan } from "@beyond24/run/view";
import { PhaseBar } from "./phase_bar.ts";
import { SamplesList } from "./samples_list.ts";
import { StepHistory } from "./step_history.ts";

/** Everything that shows a training in the page. */
export class TrainView {
  readonly #history = new StepHistory();
  readonly #phases = new PhaseBar(findElement("phases", HTMLElement));
  readonly #samples = new SamplesList(findElement("samples", HTMLElement));
  readonly #load = new LoadView(findElement("load", HTMLCanvasElement));
  readonly #activations = new ActivationPanel();
  readonly #loss: LineChart;
  #steps = 0;
  #recipe: Recipe = [];

  /** Finds its parts in the page. */
  constructor() {
    this.#loss = new LineChart(findElement("loss-chart", HTMLElement), {
      lines: [
        { name: metricsColumns.loss.title.toLowerCase(), color: "--main", width: 1, alpha: 0.35 },
        { name: "smoothed", color: "--main", width: 2.5 },
        { name: metricsColumns.val_loss.title.toLowerCase(), color: "--main", width: 0 },
      ],
      isLater: true,
      format: formatLoss,
      label: (value) => value.toFixed(2),
      onRead: (text) => setText("loss-readout", text),
    });
  }

  /** Shows what would be trained, and nothing else. */
  plan(preset: LivePresetName, steps: number): void {
    const recipe = liveRecipe(preset, steps);
    this.#steps = steps;
    this.#recipe = recipe;
    this.#history.clear();
    this.#samples.clear();
    this.#phases.setRecipe(recipe);
    this.#loss.setSpans(phaseSpans(recipe));
    this.#load.reset(steps);
    this.#activations.reset(livePresets[preset].venom.m);
    for (const tile of ["step", "loss", "validation", "sparsity", "speed"]) setText(`tile-${tile}`, absent);
    setText("tile-step-note", `of ${formatCount(steps)}`);
    setText("tile-sparsity-note", metricsColumns.activation_sparsity.unit);
    setText("load-readout", "");
    setText("machine", "\u00a0");
    this.say("Press Start: it takes no set-up.");
    this.#drawLoss();
  }

  /** A training begins. */
  begin({ preset, steps, device }: LiveSettings): void {
    this.plan(preset, steps);
    findElement("problem", HTMLElement).hidden = true;
    this.say(device === "webgpu" ? "Starting on the graphics processor …" : "Starting on the processor …");
  }

  /** Shows what the worker says. */
  show(message: FromWorker): void {
    if (message.type === "ready") this.#showMachine(message);
    if (message.type === "steps") this.#showSteps(message.steps);
    if (message.type === "picture") this.#activations.add(message.picture);
    if (message.type === "sample") this.#samples.add(message.sample);
    if (message.type === "validation") {
      const { val_loss, val_bits_per_byte } = message.validation;
      this.#history.addValidation(message.step, message.validation);
      setText("tile-validation", formatLoss(val_loss));
      setText("tile-validation-note", `${formatLoss(val_bits_per_byte)} ${metricsColumns.val_bits_per_byte.unit}`);
      this.#drawLoss();
    }
    if (message.type === "finished") {
      const loss = formatLoss(this.#history.trainLoss());
      this.say(`Finished: ${formatCount(this.#steps)} steps, training loss ${loss} (${trainLossSpan(this.#steps)}).`);
    }
    if (message.type === "failed") this.showProblem(message.message);
  }

  /** Says in words what goes on. */
  say(text: string): void {
    setText("status", text);
  }

  /** Says which phase is going on. */
  sayPhase(): void {
    const phase = this.#history.last?.phase;
    if (phase === "dense") this.say("Dense steps: every token meets every neuron.");
    if (phase === "sparse") this.say("Sparse steps: every token meets its expert's neurons, two of every four count.");
  }

  /** Tells of something that went wrong. */
  showProblem(message: string): void {
    setText("problem-text", message);
    findElement("problem", HTMLElement).hidden = false;
    this.say("Stopped.");
  }

  #showMachine({ device, parameters, trainTokens, vocabulary }: Extract<FromWorker, { type: "ready" }>): void {
    const tokens = vocabulary === 256 ? "bytes" : `tokens of a vocabulary of ${formatCount(vocabulary)}`;
    const model = `${formatCount(parameters)} parameters, ${formatCount(trainTokens)} ${tokens} to train on`;
    setText("machine", `${model}. Device: ${device}`);
  }

  #showSteps(steps: readonly StepMeasurement[]): void {
    const before = this.#history.last?.phase;
    this.#history.append(steps);
    const last = this.#history.last;
    if (last === undefined) return;
    if (last.phase !== before) this.sayPhase();
    this.#phases.setStep(last.step);
    setText("tile-step", formatCount(last.step));
    setText("tile-loss", formatLoss(this.#history.trainLoss()));
    setText("tile-loss-note", trainLossSpan(last.step));
    setText("tile-sparsity", formatPercent(last.activation_sparsity));
    setText("tile-sparsity-note", last.phase === "sparse" ? "left out and zero" : "from the squared ReLU");
    setText("tile-speed", formatLarge(last.tokens_per_second));
    const loads = steps.flatMap(({ step, expertCounts: [load] }) => load === undefined ? [] : [{ step, load }]);
    const words = this.#load.append(loads);
    if (words !== "") setText("load-readout", words);
    this.#drawLoss();
  }

  #smoothLosses(): (number | null)[] {
    return this.#history.smoothLosses(this.#recipe);
  }

  #drawLoss(): void {
    const history = this.#history;
    this.#loss.update(history.column("step"), [
      history.column("loss"),
      this.#smoothLosses(),
      history.column("val_loss"),
    ]);
    const last = history.last;
    findElement("loss-chart", HTMLElement).ariaLabel = last === undefined
      ? "Loss by step: no step yet"
      : `Loss by step: ${formatLoss(history.column("loss")[0])} at first, ${formatLoss(last.loss)} after ${last.step}`;
  }
}
