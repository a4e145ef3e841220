import { type CrossEntropyArguments, roundTo } from "@beyond24/device";
import { floats, integers, numberOf } from "./_host_storage.ts";
import { logSumExpOf } from "./_log_sum_exp.ts";

/** Loss of every row, and (softmax − onehot) · scale · factor where it is asked for. */
export function crossEntropy(args: CrossEntropyArguments): void {
  const { logits, targets, losses, dLogits, scale = 1, factor } = args;
  const [, vocabulary = 0] = logits.shape;
  const { classes = vocabulary } = args;
  const scores = floats(logits);
  const result = floats(losses);
  const gradient = dLogits && floats(dLogits);
  const slope = scale * numberOf(factor);
  integers(targets).forEach((target, t) => {
    const row = scores.subarray(t * vocabulary, t * vocabulary + classes);
    const counts = target !== -1;
    // NaN for a target that the row does not have.
    const logSumExp = target < classes && target >= 0 ? logSumExpOf(row) : NaN;
    result[t] = counts ? logSumExp - (row[target] ?? NaN) : 0;
    if (!gradient) return;
    gradient.fill(0, t * vocabulary + classes, (t + 1) * vocabulary);
    for (let i = 0; i < classes; i++) {
      const difference = Math.exp((row[i] ?? NaN) - logSumExp) - (i === target ? 1 : 0);
      gradient[t * vocabulary + i] = counts ? difference * slope : 0;
    }
  });
  if (dLogits) roundTo(floats(dLogits), dLogits.dtype);
}
