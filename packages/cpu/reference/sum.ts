import type { SumArguments } from "@beyond24/device";
import { floats, numberOf } from "./_host_storage.ts";

/** out = scale · factor · Σ x, or added to it. */
export function sum({ x, out, scale = 1, factor, accumulate }: SumArguments): void {
  let total = 0;
  for (const value of floats(x)) total += value;
  const result = floats(out);
  result[0] = (accumulate ? result[0] ?? NaN : 0) + scale * numberOf(factor) * total;
}
