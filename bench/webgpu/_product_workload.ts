import type { Workload } from "./_workload.ts";

/** A workload whose wait gives the last product. */
export interface ProductWorkload extends Workload {
  finish(): Promise<Float32Array>;
}

/** Makes a contestant for matrices [size, size] from the same values. */
export type ProductContestant = (size: number, left: Float32Array, right: Float32Array) => Promise<ProductWorkload>;
