import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/** The backward half of sum = a + b: both terms receive the gradient of the sum, without a copy. */
export function recordAdd(tape: Tape, sum: Variable, a: Variable, b: Variable): void {
  tape.record({
    outputs: [sum],
    backward: () => {
      tape.passGradient(sum, a);
      tape.passGradient(sum, b);
    },
  });
}
