import type { SquaredNormArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** out = Σ over all tensors of Σ x². */
export function squaredNorm({ tensors, out }: SquaredNormArguments): void {
  let total = 0;
  for (const tensor of tensors) {
    for (const value of floats(tensor)) total += value * value;
  }
  floats(out)[0] = total;
}
