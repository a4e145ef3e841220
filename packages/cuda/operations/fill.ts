import { elementCount, type FillArguments, roundTo, type Tensor } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { floatName } from "../launching/arguments.ts";

/** out = value, by the driver's own memory set. */
export function fill({ driver }: LaunchContext, { out, value }: FillArguments): void {
  const bytes = out.dtype === "i32" || floatName(out) === "f32" ? 4 : 2;
  driver.fill(addressOfTensor(out), bitPattern(out, value), bytes, elementCount(out.shape));
}

function bitPattern({ dtype }: Tensor, value: number): number {
  if (dtype === "i32") return value >>> 0;
  const values = Float32Array.of(value);
  roundTo(values, dtype);
  const bits = new Uint32Array(values.buffer)[0] ?? 0;
  return dtype === "bf16" ? bits >>> 16 : bits;
}
