import type { PackedMatrix24, Storage, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT } from "@beyond24/device";

/** Device memory of a tensor or packed matrix. */
export class CudaStorage implements Storage {
  /** Whether it may still be used. */
  live = true;

  constructor(readonly address: bigint, readonly bytes: number) {}
}

/** The device memory behind a tensor or packed matrix of this back end. */
export function storageOf(operand: Tensor | PackedMatrix24): CudaStorage {
  const { storage } = operand;
  if (!(storage instanceof CudaStorage)) {
    throw new TypeError("Cannot use a tensor as it belongs to another device: current value is not CUDA memory");
  }
  if (!storage.live) throw new TypeError("Cannot use a tensor as it has been freed: current value is freed memory");
  return storage;
}

/** Address of the first element of a tensor. */
export function addressOfTensor(tensor: Tensor): bigint {
  return storageOf(tensor).address + BigInt(tensor.offset * BYTES_PER_ELEMENT[tensor.dtype]);
}
