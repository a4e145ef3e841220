import type { AttentionShape } from "@beyond24/device";

/** Device addresses of an attention; everything bf16 but `logSumExp`. */
export interface AttentionAddresses {
  readonly q: bigint;
  readonly k: bigint;
  readonly v: bigint;
  readonly out: bigint;
  readonly logSumExp: bigint;
}

/** Addresses of the backward pass. */
export interface AttentionBackwardAddresses extends AttentionAddresses {
  readonly dOut: bigint;
  readonly dQ: bigint;
  readonly dK: bigint;
  readonly dV: bigint;
}

/** How a library may run an attention. */
export interface AttentionRun {
  /** Hands out device memory. */
  scratch(bytes: number): bigint;
  /** Whether work is being recorded, so that nothing can be timed. */
  readonly capturing: boolean;
}

/** A library of causal attention. */
export interface AttentionLibrary {
  /** Name and version, for the device line. */
  readonly description: string;
  /** Runs the forward pass; false when the library has no kernel for this shape. */
  forward(shape: AttentionShape, addresses: AttentionAddresses, run: AttentionRun): boolean;
  /** Runs the backward pass; false when the library has no kernel for this shape. */
  backward(shape: AttentionShape, addresses: AttentionBackwardAddresses, run: AttentionRun): boolean;
  dispose(): void;
}
