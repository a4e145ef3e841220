import type { PackedMatrix24, Tensor } from "@beyond24/device";
import type { HostStorage } from "./_host_storage.ts";
import type { PackedStorage } from "./_packed_storage.ts";

/** Memory that a tensor or a packed matrix lives in. */
export type Memory = HostStorage | PackedStorage;

/** A tensor over the whole of a storage. */
export function tensorOver(storage: HostStorage, shape: readonly number[]): Tensor {
  return { shape: [...shape], dtype: storage.dtype, storage, offset: 0 };
}

/** A packed matrix over a storage. */
export function packedOver(storage: PackedStorage, rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
  return { format: "2:4", rows, cols, axis, dtype: storage.dtype, storage };
}
