import type { PackedMatrix24 } from "@beyond24/device";
import { decodeMetadata24, type Packed24 } from "@beyond24/sparse24";
import { decodeBf16 } from "./host_values.ts";
import { packedLayout } from "./packed_layout.ts";

/** The canonical form of a packed matrix from the bytes of its device layout. */
export function unpackDevice24({ rows, cols, axis }: PackedMatrix24, bytes: Uint8Array): Packed24 {
  const { m, k, valueBytes, metadataOffset, metadataBytes } = packedLayout(rows, cols, axis);
  const stored = decodeBf16(bytes.slice(0, valueBytes));
  const values = axis === "cols" ? stored : transpose(stored, k / 2, m);
  const words = new Uint16Array(bytes.slice(metadataOffset, metadataOffset + metadataBytes).buffer);
  return { rows: m, cols: k, values, metadata: decodeMetadata24(words, { rows: m, cols: k }, "wgmma-sm90") };
}

function transpose(values: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[c * rows + r] = values[r * cols + c] ?? NaN;
  }
  return out;
}
