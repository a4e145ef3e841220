import { type Arena, elementCount } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import {
  countTargets,
  evaluateLoss,
  type HostBatch,
  type TokenBatch,
  type Transformer,
  writeTokenBatch,
} from "@beyond24/transformer";

/** How {@linkcode evaluateModel} computes, and where. */
export interface EvaluateModelOptions {
  /** How the feed-forward networks are computed. */
  readonly mode: PhaseName;
  /** Memory of a pass; reset after each. */
  readonly arena: Arena;
  /** Receives the tokens of each batch. */
  readonly batch: TokenBatch;
}

/**
 * Loss in nats per token over held-out batches, mean over the targets that count. The losses are summed on the device
 * and read once.
 *
 * @throws {RangeError} If a token is outside of the vocabulary, or no target counts
 */
export async function evaluateModel(
  model: Transformer,
  batches: Iterable<HostBatch>,
  { mode, arena, batch }: EvaluateModelOptions,
): Promise<number> {
  const { device } = model;
  const positions = elementCount(batch.targets.shape);
  const out = device.tensor([1], "f32");
  let count = 0;
  let accumulate = false;
  try {
    for (const host of batches) {
      count += countTargets(model, host);
      // Divided by all positions and times them, a loss is the sum over those that count.
      writeTokenBatch(model, batch, host, positions);
      evaluateLoss(model, batch, { mode, arena, out, accumulate, scale: positions });
      accumulate = true;
      arena.reset();
      device.submit();
    }
    if (count > 0) return ((await device.read(out))[0] ?? NaN) / count;
  } finally {
    device.free(out);
  }
  throw new RangeError(
    "Cannot compute a loss as no target of the held-out batches counts: current value is -1 for all",
  );
}
