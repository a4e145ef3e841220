import { floatBits, magnitudeKey } from "./_sort_key.ts";

const keys = new Int32Array(16);
const order = new Uint8Array(16);

/** Insertion sort of the sixteen places by descending key; stable, so equal keys stay in index order. */
function sortPlaces(): void {
  for (let place = 0; place < 16; place++) {
    const key = keys[place] ?? 0;
    let slot = place;
    for (; slot > 0 && (keys[order[slot - 1] ?? 0] ?? 0) < key; slot--) order[slot] = order[slot - 1] ?? 0;
    order[slot] = place;
  }
}

/** Greedy pattern of one row-major 4 x 4 tile: bit `4 * row + column` is set when the element is kept. */
export function pruneTileGreedy(tile: Float32Array): number {
  const bits = floatBits(tile);
  for (let i = 0; i < 16; i++) keys[i] = magnitudeKey(bits[i] ?? 0);
  sortPlaces();
  // Four 4-bit counters each: bits 4i.. count what row (or column) i has kept.
  let rowCounts = 0;
  let colCounts = 0;
  let keep = 0;
  for (let i = 0; i < 16; i++) {
    const place = order[i] ?? 0;
    const row = 4 * (place >> 2);
    const col = 4 * (place & 3);
    if (((rowCounts >> row) & 15) >= 2 || ((colCounts >> col) & 15) >= 2) continue;
    rowCounts += 1 << row;
    colCounts += 1 << col;
    keep |= 1 << place;
  }
  return keep;
}
