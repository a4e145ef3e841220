import { linearCrossEntropy, type Tape } from "@beyond24/autograd";
import { reshape, type Tensor } from "@beyond24/device";
import { batchShape, hiddenStates } from "./_hidden_states.ts";
import type { Pass } from "./_run_layer.ts";
import type { TokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";

/** The forward pass down to the loss, and the gradients of the head where the tape records. */
export function batchLoss(
  tape: Tape,
  model: Transformer,
  batch: TokenBatch,
  pass: Pass,
  loss: { readonly loss: Tensor; readonly scale: number; readonly accumulate: boolean },
): void {
  const { sequences, sequenceLength } = batchShape(model, batch.tokens);
  if (String(batch.targets.shape) !== String(batch.tokens.shape)) {
    throw new TypeError(
      `Cannot compute loss as targets must have the shape of tokens [${batch.tokens.shape}]: ` +
        `current value is [${batch.targets.shape}]`,
    );
  }
  const x = hiddenStates(tape, model, batch.tokens, pass);
  const targets = reshape(batch.targets, [sequences * sequenceLength]);
  const { tokens: classes } = model.config;
  const options = { ...loss, factor: batch.factor, ...(classes === undefined ? {} : { classes }) };
  linearCrossEntropy(tape, x, model.head, targets, options);
}
