import type { PackedMatrix24, Storage } from "@beyond24/device";
import { BYTES_PER_ELEMENT, roundTo } from "@beyond24/device";
import { metadataWords24, pack24, type Packed24 } from "@beyond24/sparse24";

/**
 * Memory of a packed matrix: its canonical form. With `axis: "rows"` that is the form of the transposed matrix, so the
 * groups always run along `cols` here.
 */
export class PackedStorage implements Storage, Packed24 {
  readonly bytes: number;
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
  readonly metadata: Uint16Array;

  constructor(rows: number, cols: number, axis: "rows" | "cols", readonly dtype: "f32" | "bf16" | "f16") {
    [this.rows, this.cols] = axis === "cols" ? [rows, cols] : [cols, rows];
    this.values = new Float32Array(rows * cols / 2);
    this.metadata = new Uint16Array(this.rows * metadataWords24(this.cols));
    this.bytes = this.values.length * BYTES_PER_ELEMENT[dtype] + this.metadata.byteLength;
    this.poison();
  }

  /** NaN for every value; nibbles stay legal, so that only the values tell. */
  poison(): void {
    this.values.fill(NaN);
    this.metadata.fill(0xeeee);
  }
}

/** The memory of a packed matrix of this device. */
export function packedStorage({ storage, rows, cols }: PackedMatrix24): PackedStorage {
  if (storage instanceof PackedStorage) return storage;
  throw new TypeError(
    `Cannot use a packed matrix as it belongs to another device: current value is [${rows}, ${cols}]`,
  );
}

/**
 * Packs a dense row-major matrix.
 *
 * @param packed What is written.
 * @param values The dense matrix; rounded to the type of `packed`.
 * @param mask What is kept, 1 or 0: at most two in a group.
 */
export function storePacked(packed: PackedMatrix24, values: Float32Array, mask: Uint8Array): void {
  const storage = packedStorage(packed);
  const { rows, cols, axis } = packed;
  const canonical = axis === "cols" ? pack24(values, storage, mask) : pack24(
    transpose(values, new Float32Array(values.length), rows, cols),
    storage,
    transpose(mask, new Uint8Array(mask.length), rows, cols),
  );
  storage.values.set(canonical.values);
  storage.metadata.set(canonical.metadata);
  roundTo(storage.values, storage.dtype);
}

function transpose<Values extends Float32Array | Uint8Array>(
  values: Values,
  out: Values,
  rows: number,
  cols: number,
): Values {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[c * rows + r] = values[r * cols + c] ?? NaN;
  }
  return out;
}
