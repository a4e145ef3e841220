import type { DType } from "@beyond24/device";
import { encodeBf16 } from "@beyond24/device";
import type { SharedMemory } from "./shared_memory.ts";

/** Reads `count` floating elements of any type as f32. A copy but for f32, where it is a view. */
export function readFloats(memory: SharedMemory, address: number, count: number, dtype: DType): Float32Array {
  if (dtype === "f32") return new Float32Array(memory.buffer, address, count);
  if (dtype === "f16") return Float32Array.from(new Float16Array(memory.buffer, address, count));
  const words = new Uint16Array(memory.buffer, address, count);
  const bits = Uint32Array.from(words, (word) => word << 16);
  return new Float32Array(bits.buffer);
}

/** Writes f32 values as elements of any floating type, rounded to nearest even. */
export function writeFloats(memory: SharedMemory, address: number, values: Float32Array, dtype: DType): void {
  if (dtype === "f32") new Float32Array(memory.buffer, address, values.length).set(values);
  else if (dtype === "f16") new Float16Array(memory.buffer, address, values.length).set(values);
  else new Uint16Array(memory.buffer, address, values.length).set(encodeBf16(values));
}
