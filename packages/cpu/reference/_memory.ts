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
  return { format: "2:4", rows, cols, axis, storage };
}

/** Refuses a packed size that is not made of whole groups. */
export function checkPackedShape(rows: number, cols: number, axis: "rows" | "cols"): void {
  const extent = axis === "rows" ? rows : cols;
  if (extent % 4 === 0) return;
  throw new TypeError(
    `Cannot allocate a packed matrix as its ${axis} must be a multiple of 4: current value is [${rows}, ${cols}]`,
  );
}
