import type { PhaseName } from "@beyond24/recipe";
import type { StepMeasurement } from "@beyond24/session";
import type { ActivationPicture } from "./activation_probe.ts";
import type { DeviceChoice } from "./device_choice.ts";
import type { LivePresetName } from "./live_presets.ts";
import type { VocabularySize } from "./live_tokenizer.ts";

/** What is trained, on what, where. */
export interface LiveSettings {
  readonly preset: LivePresetName;
  /** Optimizer steps. */
  readonly steps: number;
  /** Seed of weights, batches, clustering and samples. */
  readonly seed: number;
  readonly device: DeviceChoice;
  /** What a token is: a byte, or an entry of a vocabulary of this size. */
  readonly vocabulary: VocabularySize;
  /** Text to train on. */
  readonly text: string;
}

/** What a validation measured, by the names of the columns of metrics. */
export interface Validation {
  readonly val_loss: number;
  readonly val_bits_per_byte: number | null;
}

/** Text that the model wrote. */
export interface Sample {
  readonly step: number;
  readonly phase: PhaseName;
  readonly prompt: string;
  readonly text: string;
}

/** From the page to the worker. */
export type ToWorker =
  | { readonly type: "start"; readonly settings: LiveSettings }
  | { readonly type: "pause" }
  | { readonly type: "resume" };

/** From the worker to the page. */
export type FromWorker =
  | {
    readonly type: "ready";
    readonly device: string;
    readonly parameters: number;
    readonly trainTokens: number;
    readonly vocabulary: VocabularySize;
  }
  | { readonly type: "steps"; readonly steps: readonly StepMeasurement[] }
  | { readonly type: "picture"; readonly picture: ActivationPicture }
  | { readonly type: "validation"; readonly step: number; readonly validation: Validation }
  | { readonly type: "sample"; readonly sample: Sample }
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly reason: "no-device" | "data" | "other"; readonly message: string };
