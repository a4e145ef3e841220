import type { LogLikelihoodArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";
import { logSumExpOf } from "./_log_sum_exp.ts";

/** The log-probability of the target of every row, and whether it is the first of the largest scores. */
export function logLikelihood({ logits, targets, logLikelihoods, greedy }: LogLikelihoodArguments): void {
  const [, vocabulary = 0] = logits.shape;
  const [scores, result, isGreedy] = [floats(logits), floats(logLikelihoods), integers(greedy)];
  integers(targets).forEach((target, t) => {
    const row = scores.subarray(t * vocabulary, (t + 1) * vocabulary);
    const score = row[target];
    const fits = target >= 0 && score !== undefined;
    result[t] = fits ? score - logSumExpOf(row) : target === -1 ? 0 : NaN;
    isGreedy[t] = Number(fits && row.every((other, i) => i < target ? other < score : other <= score));
  });
}
