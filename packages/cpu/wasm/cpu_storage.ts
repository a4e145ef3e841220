import type { Operand, PackedMatrix24, Storage, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, isPacked24 } from "@beyond24/device";
import type { SharedMemory } from "./shared_memory.ts";

/** A block of the shared memory. */
export class CpuStorage implements Storage {
  /** Whether the block still belongs to this storage. */
  alive = true;

  /**
   * @param memory Where it lies.
   * @param address First byte.
   * @param bytes Size.
   */
  constructor(readonly memory: SharedMemory, readonly address: number, readonly bytes: number) {}
}

/** The storage of a tensor or packed matrix, when it is alive and lies in `memory`. */
export function storageOf(memory: SharedMemory, { storage }: Tensor | PackedMatrix24): CpuStorage {
  if (!(storage instanceof CpuStorage) || storage.memory !== memory) {
    throw new TypeError("Cannot use a tensor as it belongs to another device: copy it through the host");
  }
  if (storage.alive) return storage;
  throw new TypeError("Cannot use a tensor as it was freed: allocate it again");
}

/** Address of the first element. */
export function addressOf(memory: SharedMemory, operand: Operand): number {
  const { address } = storageOf(memory, operand);
  return isPacked24(operand) ? address : address + operand.offset * BYTES_PER_ELEMENT[operand.dtype];
}
