import type { Arena, Tensor } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import { evaluateLoss, type Transformer } from "@beyond24/transformer";
import type { HostBatch } from "./host_batch.ts";

/** How {@linkcode evaluateModel} computes, and where. */
export interface EvaluateModelOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: PhaseName;
  /** Memory of a pass; reset after each. */
  readonly arena: Arena;
  /** i32 [batchSize, sequenceLength]: receives the inputs of each batch. */
  readonly tokens: Tensor;
  /** i32 of the same shape: receives the targets. */
  readonly targets: Tensor;
}

/** Mean loss in nats per token over held-out batches. The losses are summed on the device and read once. */
export async function evaluateModel(
  model: Transformer,
  batches: Iterable<HostBatch>,
  { mode, arena, tokens, targets }: EvaluateModelOptions,
): Promise<number> {
  const { device } = model;
  const out = device.tensor([1], "f32");
  let count = 0;
  for (const batch of batches) {
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
  device.free(out);
  return sum / count;
}
