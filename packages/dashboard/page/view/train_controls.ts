import type { LiveSettings } from "../training/protocol.ts";
import { type LivePresetName, livePresets } from "../training/live_presets.ts";
import { vocabularyChoices, type VocabularySize } from "../training/live_tokenizer.ts";
import { deviceChoices } from "../training/device_choice.ts";
import { findElement } from "./find_element.ts";
import type { WebGpuState } from "./probe_web_gpu.ts";
import { TextSource } from "./text_source.ts";

/** What the controls can be in. */
export type TrainState = "idle" | "running" | "paused" | "finished";

/** What the person wants. */
export interface TrainCommands {
  onPlan(preset: LivePresetName, steps: number): void;
  onStart(settings: LiveSettings): void;
  onPause(): void;
  onResume(): void;
  onReset(): void;
  onProblem(message: string): void;
}

/** The controls of the page: choices, and what may be pressed when. */
export class TrainControls {
  readonly #commands: TrainCommands;
  readonly #text: TextSource;
  readonly #start = findElement("start", HTMLButtonElement);
  readonly #pause = findElement("pause", HTMLButtonElement);
  readonly #reset = findElement("reset", HTMLButtonElement);
  readonly #preset = findElement("preset", HTMLSelectElement);
  readonly #steps = findElement("steps", HTMLSelectElement);
  readonly #device = findElement("device", HTMLSelectElement);
  readonly #vocabulary = findElement("vocabulary", HTMLSelectElement);
  #state: TrainState = "idle";

  /** Wires the controls of the page, for a browser that has WebGPU or not. */
  constructor(webGpu: WebGpuState["kind"], commands: TrainCommands) {
    this.#commands = commands;
    this.#text = new TextSource((message) => commands.onProblem(message));
    const options = Object.entries(livePresets).map(([name, { label }]) => new Option(label, name));
    this.#preset.replaceChildren(...options);
    this.#vocabulary.replaceChildren(
      ...vocabularyChoices.map((size) => new Option(vocabularyLabel(size), String(size))),
    );
    for (const select of [this.#preset, this.#steps]) select.addEventListener("change", () => this.#plan());
    findElement("controls", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    this.#pause.addEventListener("click", () => this.#togglePause());
    this.#reset.addEventListener("click", () => this.#resetAll());
    this.#offerDevices(webGpu);
    this.setState("idle");
    this.#plan();
  }

  /** Starts with what is chosen. */
  start(): void {
    if (this.#state === "running" || this.#state === "paused") return;
    this.setState("running");
    // The start button goes grey, so the focus would be lost.
    this.#pause.focus();
    this.#commands.onStart({
      preset: this.#presetName,
      steps: Number(this.#steps.value),
      seed: 1,
      device: deviceChoices.find((choice) => choice === this.#device.value) ?? "webgpu",
      vocabulary: vocabularyChoices.find((size) => String(size) === this.#vocabulary.value) ?? 256,
      text: this.#text.text,
    });
  }

  /** Says what may be pressed. */
  setState(state: TrainState): void {
    this.#state = state;
    const isBusy = state === "running" || state === "paused";
    this.#start.disabled = isBusy;
    this.#pause.disabled = !isBusy;
    this.#pause.textContent = state === "paused" ? "Resume" : "Pause";
    this.#reset.disabled = state === "idle";
    for (const select of [this.#preset, this.#steps, this.#device, this.#vocabulary]) select.disabled = isBusy;
    if (state === "finished") this.#start.focus();
  }

  #offerDevices(webGpu: WebGpuState["kind"]): void {
    if (webGpu === "hardware") return;
    // A GPU that is simulated on the processor is slower than the processor itself.
    this.#device.value = "cpu";
    for (const option of this.#device.options) {
      if (option.value !== "webgpu") continue;
      option.disabled = webGpu === "none";
      option.text = webGpu === "none" ? "WebGPU (not here)" : "WebGPU (simulated, slow)";
    }
  }

  get #presetName(): LivePresetName {
    const { value } = this.#preset;
    const names = Object.keys(livePresets) as LivePresetName[];
    return names.find((name) => name === value) ?? "sparse-16";
  }

  #plan(): void {
    this.#commands.onPlan(this.#presetName, Number(this.#steps.value));
  }

  #togglePause(): void {
    if (this.#state === "running") {
      this.setState("paused");
      this.#commands.onPause();
    } else {
      this.setState("running");
      this.#commands.onResume();
    }
  }

  #resetAll(): void {
    this.#commands.onReset();
    this.setState("idle");
    this.#start.focus();
    this.#plan();
  }
}

function vocabularyLabel(size: VocabularySize): string {
  return size === 256 ? "Bytes" : `${size} tokens, learned from the text`;
}
