import type { LogLikelihoodArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

const THREADS = 512;

/** The log-probability of a token a row, and whether it is the first of the largest scores. */
export function logLikelihood(context: LaunchContext, args: LogLikelihoodArguments): void {
  const { logits, targets, logLikelihoods, greedy } = args;
  requireType(targets, "i32");
  requireType(logLikelihoods, "f32");
  requireType(greedy, "i32");
  const [rows, vocabulary] = matrixSize(logits);
  const geometry = blockPerRow(rows, vocabulary, THREADS);
  context.launch({ module: "plain/log_likelihood", name: `log_likelihood_${floatName(logits)}` }, geometry, [
    address(logits),
    address(targets),
    address(logLikelihoods),
    address(greedy),
    i32(vocabulary),
  ]);
}
