import type { GpuName } from "./gpu_limits.ts";

/** How GPUs of one machine reach each other. */
export interface GpuLink {
  /** What it is. */
  readonly name: string;
  /** Bytes a second that a GPU sends, while it receives as many. */
  readonly bytesPerSecond: number;
  /** Where the figure comes from. */
  readonly source: string;
}

const nvLink4: GpuLink = {
  name: "NVLink",
  bytesPerSecond: 450e9,
  source: "NVIDIA H100 and H200 Tensor Core GPU datasheets, SXM: NVLink 900 GB/s, both ways together",
};

/**
 * The links between GPUs of one machine, from their makers' data sheets.
 *
 * @example Compare two
 * ```ts
 * import { gpuLinks } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gpuLinks.h100.bytesPerSecond / gpuLinks.a100.bytesPerSecond, 1.5);
 * ```
 */
export const gpuLinks: Readonly<Record<GpuName, GpuLink>> = {
  "h200": nvLink4,
  "h100": nvLink4,
  "a100": {
    name: "NVLink",
    bytesPerSecond: 300e9,
    source: "NVIDIA A100 Tensor Core GPU datasheet, SXM: NVLink 600 GB/s, both ways together",
  },
  "rtx-4090": {
    name: "PCIe 4.0 x16",
    bytesPerSecond: 32e9,
    source: "NVIDIA Ada GPU architecture, GeForce RTX 4090: PCI Express Gen 4, 16 lanes of 2 GB/s each way, no NVLink",
  },
};
