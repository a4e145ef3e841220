import type { HostArray, PackedMatrix24 } from "@beyond24/device";
import { metadataWords24, type Packed24 } from "@beyond24/sparse24";

/**
 * Lines whose metadata fill a word: what a selection within a product writes belongs to one expert in such steps only.
 */
export const WORD_ROWS = 8;

/** The canonical form of a packed matrix from what lies in its buffers (see `PackedGpuStorage`). */
export function canonicalPacked(packed: PackedMatrix24, values: HostArray, words: HostArray): Packed24 {
  const isAlongColumns = packed.axis === "cols";
  // Lines are what groups run along; the canonical form has them as rows.
  const [lines, groups] = isAlongColumns ? [packed.rows, packed.cols / 4] : [packed.cols, packed.rows / 4];
  const metadata = new Uint16Array(lines * metadataWords24(4 * groups));
  const canonical = new Float32Array(lines * 2 * groups);
  const lineBlocks = Math.ceil(lines / WORD_ROWS);
  for (let line = 0; line < lines; line++) {
    for (let group = 0; group < groups; group++) {
      const word = isAlongColumns
        ? Math.floor(line / WORD_ROWS) * groups + group
        : group * lineBlocks + Math.floor(line / WORD_ROWS);
      const nibble = ((words[word] ?? 0) >>> (4 * (line % WORD_ROWS))) & 15;
      const target = line * metadataWords24(4 * groups) + (group >> 2);
      metadata[target] = (metadata[target] ?? 0) | (nibble << (4 * (group & 3)));
      for (let slot = 0; slot < 2; slot++) {
        const place = 2 * group + slot;
        canonical[line * 2 * groups + place] =
          values[isAlongColumns ? line * 2 * groups + place : place * lines + line] ?? NaN;
      }
    }
  }
  return { rows: lines, cols: 4 * groups, values: canonical, metadata };
}
