import type { ClipFactorArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** out = min(1, maxNorm / (norm + 1e-6)). */
export function clipFactor({ squaredNorm, maxNorm, out }: ClipFactorArguments): void {
  const norm = Math.sqrt(floats(squaredNorm)[0] ?? NaN);
  floats(out)[0] = Math.min(1, maxNorm / (norm + 1e-6));
}
