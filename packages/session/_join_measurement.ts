import { readStepStatistics, type Transformer } from "@beyond24/transformer";
import type { StepSpeed } from "./_speed_meter.ts";
import type { StepMeasurement } from "./step_measurement.ts";

/** Joins what the device measured (its last element: the squared norm of the gradient) with what the host knows. */
export function joinMeasurement(
  model: Transformer,
  row: Float32Array,
  tokens: number,
  { known, speed }: { readonly known: Pick<StepMeasurement, "step" | "phase" | "lr">; readonly speed: StepSpeed },
): StepMeasurement {
  return {
    ...readStepStatistics(model, row, { tokens, mode: known.phase }),
    ...known,
    grad_norm: Math.sqrt(row.at(-1) ?? NaN),
    ...speed,
    val_loss: null,
    val_bits_per_byte: null,
  };
}
