import { type DeviceLimits, h200 } from "./ffn_roofline.ts";

/** Name of a GPU whose limits are known. */
export type GpuName = "h200" | "h100" | "a100" | "rtx-4090";

/** What drivers call GPUs of these limits. Others of a family (PCIe, NVL) have other ones. */
const driverNames: Readonly<Record<string, GpuName>> = {
  "NVIDIA H200": "h200",
  "NVIDIA H100 80GB HBM3": "h100",
  "NVIDIA A100-SXM4-40GB": "a100",
  "NVIDIA A100-SXM4-80GB": "a100",
  "NVIDIA GeForce RTX 4090": "rtx-4090",
};

/**
 * The limits of a GPU by what its driver calls it.
 *
 * @param driverName Such as `NVIDIA H100 80GB HBM3`
 * @returns Its limits; undefined where they are not known
 *
 * @example An H100 in a socket, and one on a card, which is another GPU
 * ```ts
 * import { gpuLimits, knownGpuLimits } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(knownGpuLimits("NVIDIA H100 80GB HBM3"), gpuLimits.h100);
 * assertEquals(knownGpuLimits("NVIDIA H100 PCIe"), undefined);
 * ```
 */
export function knownGpuLimits(driverName: string): DeviceLimits | undefined {
  const name = Object.hasOwn(driverNames, driverName) ? driverNames[driverName] : undefined;
  return name === undefined ? undefined : gpuLimits[name];
}

/**
 * Limits of GPUs in bfloat16, products added up in float32, from their makers' data sheets.
 *
 * @example Compare two
 * ```ts
 * import { gpuLimits } from "@beyond24/recipe";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(gpuLimits.h100.flopsPerSecond / gpuLimits.a100.flopsPerSecond, 3.17, 0.01);
 * ```
 */
export const gpuLimits: Readonly<Record<GpuName, DeviceLimits>> = {
  "h200": h200,
  "h100": {
    flopsPerSecond: 989.5e12,
    bytesPerSecond: 3.35e12,
    elementBytes: 2,
    memoryBytes: 80e9,
    source:
      "NVIDIA H100 Tensor Core GPU datasheet, SXM: BF16 1,979 TFLOPS with sparsity (half of it dense), 80 GB, 3.35 TB/s",
  },
  "a100": {
    flopsPerSecond: 312e12,
    bytesPerSecond: 2.039e12,
    elementBytes: 2,
    memoryBytes: 80e9,
    source: "NVIDIA A100 Tensor Core GPU datasheet, 80 GB SXM: BF16 312 TFLOPS dense, 2,039 GB/s",
  },
  "rtx-4090": {
    flopsPerSecond: 165.2e12,
    bytesPerSecond: 1.008e12,
    elementBytes: 2,
    memoryBytes: 24e9,
    source:
      "NVIDIA Ada GPU architecture, GeForce RTX 4090: BF16 with FP32 accumulate 165.2 TFLOPS dense, 24 GB, 1,008 GB/s",
  },
};
