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

/** A library of causal attention. */
export interface AttentionLibrary {
  /** Name and version, for the device line. */
  readonly description: string;
  /** Runs the forward pass; false when the library has no kernel for this shape. `scratch` hands out device memory. */
  forward(shape: AttentionShape, addresses: AttentionAddresses, scratch: (bytes: number) => bigint): boolean;
  /** Runs the backward pass; false when the library has no kernel for this shape. */
  backward(shape: AttentionShape, addresses: AttentionBackwardAddresses, scratch: (bytes: number) => bigint): boolean;
  dispose(): void;
}
