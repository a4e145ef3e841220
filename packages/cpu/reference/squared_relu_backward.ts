import { roundTo, type SquaredReluBackwardArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** dX = 2 · dOut · max(x, 0). */
export function squaredReluBackward({ x, dOut, dX }: SquaredReluBackwardArguments): void {
  const input = floats(x);
  const gradient = floats(dOut);
  const result = floats(dX);
  for (let i = 0; i < result.length; i++) result[i] = 2 * (gradient[i] ?? NaN) * Math.max(input[i] ?? NaN, 0);
  roundTo(result, dX.dtype);
}
