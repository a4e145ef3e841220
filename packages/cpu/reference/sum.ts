import type { SumArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** out = scale · Σ x, or added to it. */
export function sum({ x, out, scale = 1, accumulate }: SumArguments): void {
  let total = 0;
  for (const value of floats(x)) total += value;
  const result = floats(out);
  result[0] = (accumulate ? result[0] ?? NaN : 0) + scale * total;
}
