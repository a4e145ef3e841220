import { validationBatches } from "@beyond24/data";
import type { PhaseName } from "@beyond24/recipe";
import { evaluateLoss, type Transformer } from "@beyond24/transformer";

/** Options of {@linkcode heldOutLoss}. */
export interface HeldOutLossOptions {
  /** How the FFN is computed. */
  readonly mode: PhaseName;
  /** Sequences in a batch. */
  readonly batchSize: number;
}

/** Most batches: enough to see a trend, few enough not to hold up the training. */
const maxBatches = 4;

/** Mean loss in nats per token over held-out tokens. The losses are summed on the device and read once. */
export async function heldOutLoss(
  model: Transformer,
  validation: Int32Array,
  { mode, batchSize }: HeldOutLossOptions,
): Promise<number> {
  const { device, config: { shape: { sequenceLength } } } = model;
  const tokens = device.tensor([batchSize, sequenceLength], "i32");
  const targets = device.tensor([batchSize, sequenceLength], "i32");
  const out = device.tensor([1], "f32");
  const arena = device.arena();
  let count = 0;
  for (const batch of validationBatches(validation, { sequenceLength, batchSize, maxBatches })) {
    device.write(tokens, batch.inputs);
    device.write(targets, batch.targets);
    // The loss is a mean over all positions; times their number it is the sum over those that count.
    const scale = batch.targets.length;
    evaluateLoss(model, { tokens, targets }, { mode, arena, out, accumulate: count > 0, scale });
    arena.reset();
    device.submit();
    count += batch.targets.reduce((counted, target) => counted + Number(target >= 0), 0);
  }
  const sum = (await device.read(out))[0] ?? NaN;
  arena.dispose();
  for (const tensor of [tokens, targets, out]) device.free(tensor);
  return sum / count;
}
