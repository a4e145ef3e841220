// The log-probability of a token a row, and whether it is the first of the largest scores.
// Arguments: logits, targets, log-likelihoods, greedy, tokens, vocabulary.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { largestOf, sumOfExponentials } from "./log_sum_exp";

export function logLikelihood(): void {
  const logits = address(0), targets = address(1), results = address(2), greedy = address(3);
  const vocabulary = argument(5), width = <usize>vocabulary << 2, end = shareEnd(argument(4));
  for (let t = shareStart(argument(4)); t < end; t++) {
    const row = logits + <usize>t * width, place = <usize>t << 2;
    const target = load<i32>(targets + place);
    if (<u32>target >= <u32>vocabulary) {
      // Either nothing is asked for, or the row has no such token: all bits set are NaN.
      memory.fill(results + place, target == -1 ? 0 : 0xff, 4);
      store<i32>(greedy + place, 0);
      continue;
    }
    const score = load<f32>(row + (<usize>target << 2)), largest = largestOf(row, vocabulary);
    // The largest is taken off first: it may dwarf the difference.
    store<f32>(results + place, score - largest - Mathf.log(sumOfExponentials(row, 0, vocabulary, largest)));
    const isFirst = score == largest && (target == 0 || largestOf(row, target) < largest);
    store<i32>(greedy + place, <i32>isFirst);
  }
}
