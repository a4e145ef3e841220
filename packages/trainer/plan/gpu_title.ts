import type { GpuName } from "@beyond24/recipe";

/** A GPU as people write it: `RTX 4090`. */
export function gpuTitle(name: GpuName): string {
  return name.toUpperCase().replace("-", " ");
}
