import type { LogLikelihoodArguments } from "@beyond24/device";
import exponential from "./_exponential.wgsl" with { type: "text" };
import reduceMax from "./_reduce_max.wgsl" with { type: "text" };
import source from "./log_likelihood.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** The log-probability of a token a row, and whether it is the first of the largest scores: a workgroup a row, two passes over it. */
export function logLikelihood(
  launcher: Launcher,
  { logits, targets, logLikelihoods, greedy }: LogLikelihoodArguments,
): void {
  const [rows = 0, vocabulary = 0] = logits.shape;
  launchRows(launcher, {
    kernel: "logLikelihood",
    source: reduceMax + exponential + source,
    tensors: {
      logits: reads(logits),
      targets: reads(targets),
      log_likelihoods: writes(logLikelihoods),
      greedy: writes(greedy),
    },
    integers: { vocabulary },
    floats: { not_a_number: NaN },
    rows,
  });
}
