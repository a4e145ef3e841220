import type { Device } from "@beyond24/device";

/** Tokens of a pass unless it is said: a GPU needs many to be busy, a CPU is busy with few. */
export function usualBatch({ name }: Device): number {
  if (name === "cuda") return 8192;
  return name === "webgpu" ? 4096 : 2048;
}
