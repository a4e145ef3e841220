import type { Collectives, Device } from "@beyond24/device";
import { type PhaseName, trainingFlops } from "@beyond24/recipe";
import type { SessionConfig } from "./session_config.ts";
import type { StepMeasurement } from "./step_measurement.ts";

/** What follows from the time of a step. */
export type StepSpeed = Pick<
  StepMeasurement,
  "step_ms" | "tokens_per_second" | "tokens_per_second_each" | "waiting_ms" | "mfu" | "executed_mfu"
>;

/** The time of some steps in milliseconds, and that part in which this rank waited for others, where it is known. */
export interface StepsTime {
  readonly steps: number;
  readonly spent: number;
  readonly waited: number | undefined;
}

/** Makes the mean speed of steps. */
export type SpeedMeter = (phase: PhaseName, time: StepsTime) => StepSpeed;

/** A meter for the steps of a session. */
export function speedMeter({ peakFlops }: Device, config: SessionConfig, { size }: Collectives): SpeedMeter {
  const { transformer: { shape, recompute = false, sparsity = {}, denseLayers = 0 }, batchSize, microBatches = 1 } =
    config;
  const tokens = batchSize * microBatches * shape.sequenceLength * size;
  const flops = {
    dense: trainingFlops(shape, tokens, { recompute }).total,
    sparse: trainingFlops(shape, tokens, { recompute, denseLayers, ...sparsity }).total,
  };
  return (phase, { steps, spent, waited }) => {
    const step_ms = spent / steps;
    const perSecond = (amount: number) => 1000 * amount / step_ms;
    const ofPeak = (count: number) => peakFlops === undefined ? null : perSecond(count) / (size * peakFlops);
    return {
      step_ms,
      tokens_per_second: perSecond(tokens),
      tokens_per_second_each: size > 1 ? perSecond(tokens) / size : null,
      waiting_ms: size === 1 || waited === undefined ? null : waited / steps,
      mfu: ofPeak(flops[phase].denseEquivalent),
      executed_mfu: ofPeak(flops[phase].executed),
    };
  };
}
