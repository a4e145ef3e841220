import { rowRange, type Tensor } from "@beyond24/device";
import { logitsRows } from "@beyond24/recipe";
import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";

/** What {@linkcode linearLogLikelihood} gives. */
export interface LogLikelihoods {
  /** f32 [T]: the log-probability of the target of every row in nats; 0 for rows whose target is -1. */
  readonly logLikelihoods: Tensor;
  /** i32 [T]: 1 where the target is the most probable token, otherwise 0. */
  readonly greedy: Tensor;
}

/** What {@linkcode linearLogLikelihood} does besides. */
export interface LinearLogLikelihoodOptions {
  /** Rows of the head that are tokens, the first ones; the others have no probability. Default: all. */
  readonly classes?: number;
  /** Largest size in bytes of the logits that exist at once. Default: what the device likes, commonly 64 MiB. */
  readonly logitsBytes?: number;
}

/**
 * The log-probability of a token a row in softmax(x · Wᵀ), without gradients. It works through chunks of rows, so that
 * the [T, vocabulary] matrix never exists at once; the logits are f32 whatever the device's activation type is.
 *
 * @param tape The tape, in whose arena the results lie
 * @param x [T, D]
 * @param head [vocabulary, D]
 * @param targets i32 [T]; -1 asks for nothing
 * @param options Chunk size
 * @returns Log-probabilities, and whether the targets are the most probable tokens
 *
 * @example A head that knows nothing
 * ```ts
 * import { createParameter, linearLogLikelihood, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena(), { recording: false });
 * const targets = device.tensor([2], "i32");
 * device.write(targets, Int32Array.of(0, 3));
 * const head = createParameter(device, "lm_head.weight", [8, 4]);
 * const { logLikelihoods, greedy } = linearLogLikelihood(tape, device.tensor([2, 4], "f32"), head, targets);
 * assertAlmostEquals((await device.read(logLikelihoods))[1] ?? 0, -Math.log(8), 1e-6);
 * assertEquals(await device.read(greedy), Int32Array.of(1, 0)); // of equal scores the first counts
 * ```
 */
export function linearLogLikelihood(
  tape: Tape,
  x: Tensor,
  head: Parameter,
  targets: Tensor,
  options: LinearLogLikelihoodOptions = {},
): LogLikelihoods {
  const { kernels } = tape.device;
  const { logitsBytes = tape.device.logitsBytes } = options;
  const [tokens = 0] = x.shape;
  const { classes: vocabulary = head.shape[0] ?? 0 } = options;
  const rows = logitsRows(tokens, vocabulary * 4, logitsBytes);
  const chunk = tape.tensor([rows, vocabulary], "f32");
  const logLikelihoods = tape.tensor([tokens], "f32");
  const greedy = tape.tensor([tokens], "i32");
  for (let start = 0; start < tokens; start += rows) {
    const end = Math.min(start + rows, tokens);
    const logits = rowRange(chunk, 0, end - start);
    kernels.matmul({
      a: rowRange(x, start, end),
      b: rowRange(head.value, 0, vocabulary),
      transposeB: true,
      out: logits,
    });
    kernels.logLikelihood({
      logits,
      targets: rowRange(targets, start, end),
      logLikelihoods: rowRange(logLikelihoods, start, end),
      greedy: rowRange(greedy, start, end),
    });
  }
  tape.arena.recycle(chunk);
  return { logLikelihoods, greedy };
}
