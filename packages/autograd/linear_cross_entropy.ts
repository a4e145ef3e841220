import { BYTES_PER_ELEMENT, rowRange, type Tensor } from "@beyond24/device";
import { logitsRows } from "@beyond24/recipe";
import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/** What {@linkcode linearCrossEntropy} does besides. */
export interface LinearCrossEntropyOptions {
  /** f32 [1]: receives the mean loss over all rows times `scale` and `factor`. */
  readonly loss: Tensor;
  /**
   * Rows of the head that are tokens, the first ones; the others are never predicted and get no gradient. Default: all.
   */
  readonly classes?: number;
  /** Factor on loss and gradients, commonly 1 / micro-batches. Default 1. */
  readonly scale?: number;
  /** f32 [1]: all rows by those that count, which makes the mean one over those that count. Default 1. */
  readonly factor?: Tensor;
  /** Whether the loss is added to `loss`. Default false. */
  readonly accumulate?: boolean;
  /** Largest size in bytes of the logits that exist at once. Default: what the device likes, commonly 64 MiB. */
  readonly logitsBytes?: number;
}

/**
 * The root of a training step: loss = mean cross-entropy of softmax(x · Wᵀ) against targets, with gradients.
 *
 * It works through chunks of tokens, and computes the gradients of a chunk while its logits exist, so the [T,
 * vocabulary] matrix never exists at once. So the gradient of the loss itself is taken to be 1, and nothing may follow
 * it on the tape.
 *
 * @param tape The tape; when it does not record, no gradients are computed
 * @param x [T, D]
 * @param head [vocabulary, D]
 * @param targets i32 [T]; rows with -1 count nothing, but without a `factor` the mean is over all T rows
 * @param options Where the loss goes, scale, chunk size
 *
 * @example Loss of a head that knows nothing
 * ```ts
 * import { createParameter, linearCrossEntropy, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const loss = device.tensor([1], "f32");
 * const x = tape.input(device.tensor([5, 4], "f32"));
 * const head = createParameter(device, "lm_head.weight", [8, 4]);
 * linearCrossEntropy(tape, x, head, device.tensor([5], "i32"), { loss });
 * assertAlmostEquals((await device.read(loss))[0] ?? 0, Math.log(8), 1e-6);
 * ```
 */
export function linearCrossEntropy(
  tape: Tape,
  x: Variable,
  head: Parameter,
  targets: Tensor,
  options: LinearCrossEntropyOptions,
): void {
  const { kernels, activationType } = tape.device;
  const { loss, scale = 1, accumulate = false, logitsBytes = tape.device.logitsBytes } = options;
  const factor = options.factor === undefined ? {} : { factor: options.factor };
  const classes = options.classes === undefined ? {} : { classes: options.classes };
  const [tokens = 0] = x.value.shape;
  const [vocabulary = 0] = head.shape;
  const rows = logitsRows(tokens, vocabulary * BYTES_PER_ELEMENT[activationType], logitsBytes);
  const chunk = tape.tensor([rows, vocabulary]);
  const losses = tape.tensor([tokens], "f32");
  const dX = tape.recording ? tape.tensor(x.value.shape) : undefined;
  for (let start = 0; start < tokens; start += rows) {
    const end = Math.min(start + rows, tokens);
    const part = rowRange(x.value, start, end);
    const logits = rowRange(chunk, 0, end - start);
    kernels.matmul({ a: part, b: head.value, transposeB: true, out: logits });
    kernels.crossEntropy({
      logits,
      targets: rowRange(targets, start, end),
      losses: rowRange(losses, start, end),
      ...classes,
      ...(dX === undefined ? {} : { dLogits: logits, scale: scale / tokens, ...factor }),
    });
    if (dX === undefined) continue;
    kernels.matmul({ a: logits, transposeA: true, b: part, ...tape.parameterTarget(head) });
    kernels.matmul({ a: logits, b: head.value, out: rowRange(dX, start, end) });
  }
  kernels.sum({ x: losses, out: loss, scale: scale / tokens, ...factor, accumulate });
  tape.arena.recycle(chunk);
  tape.arena.recycle(losses);
  if (dX !== undefined) tape.record({ outputs: [], backward: () => tape.addGradient(x, dX) });
}
