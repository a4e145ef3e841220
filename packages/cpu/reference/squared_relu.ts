import { roundTo, type SquaredReluArguments } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** out = max(x, 0)². */
export function squaredRelu({ x, out }: SquaredReluArguments): void {
  const input = floats(x);
  const result = floats(out);
  for (let i = 0; i < result.length; i++) result[i] = Math.max(input[i] ?? NaN, 0) ** 2;
  roundTo(result, out.dtype);
}
