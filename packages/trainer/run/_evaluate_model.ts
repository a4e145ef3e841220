import type { Batch } from "@beyond24/data";
import type { PhaseName } from "@beyond24/recipe";
import { evaluateLoss, type Transformer } from "@beyond24/transformer";
import type { RunConfig } from "../config/run_config.ts";

/** How {@linkcode evaluateModel} computes. */
export interface EvaluateModelOptions {
  readonly phase: PhaseName;
  readonly config: RunConfig;
}

/** Mean loss in nats per token over held-out batches. The losses are summed on the device and read once. */
export async function evaluateModel(
  model: Transformer,
  batches: Iterable<Batch>,
  { phase, config }: EvaluateModelOptions,
): Promise<number> {
  const { device } = model;
  const shape = [config.train.batchSize, config.model.sequenceLength];
  const tokens = device.tensor(shape, "i32");
  const targets = device.tensor(shape, "i32");
  const out = device.tensor([1], "f32");
  const arena = device.arena();
  let count = 0;
  for (const batch of batches) {
    device.write(tokens, batch.inputs);
    device.write(targets, batch.targets);
    // The loss is a mean over all positions; times their number it is the sum over those that count.
    evaluateLoss(model, { tokens, targets }, {
      mode: phase,
      arena,
      out,
      accumulate: count > 0,
      scale: batch.targets.length,
    });
    arena.reset();
    device.submit();
    count += batch.targets.reduce((counted, target) => counted + Number(target >= 0), 0);
  }
  const sum = (await device.read(out))[0] ?? NaN;
  arena.dispose();
  for (const tensor of [tokens, targets, out]) device.free(tensor);
  return sum / count;
}
