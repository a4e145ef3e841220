// out_e = y_e · weights_e for every expert: a thread takes an equal share of the sorted rows, whatever their experts.
// With a row map the rows of an expert are made in scratch memory and go to their places from there, while they are
// still in a cache. Arguments: y, weights, offsets, out, experts, features D, cluster C, row map (0: none).
import { address, argument, scratch, threads } from "./runtime";
import { BLAS_UNIT, multiply, PRODUCT_SCRATCH } from "./product";
import { endColumn, endRow, findSegmentPart, firstColumn, firstRow, usedRow } from "./segments";

/**
 * Bytes of scratch that a thread needs for its part of a product with a row map, of so many rows and columns at most.
 */
export function rowMapScratch(rows: i32, columns: i32): usize {
  let most: usize = 0;
  for (let parts = 1; parts <= threads; parts++) {
    if (threads % parts != 0) continue;
    const height = rows / parts + 2 * BLAS_UNIT, width = columns / (threads / parts) + 2 * BLAS_UNIT;
    most = max(most, <usize>min(height, rows) * <usize>min(width, columns));
  }
  return PRODUCT_SCRATCH + (most << 2);
}

/**
 * Puts the rows of this thread's part into `out`, a row `width` bytes wide: zeros from `usedRow` on; -1 is no place.
 */
function placeRows(product: usize, rowMap: usize, out: usize, width: usize): void {
  const column = <usize>firstColumn << 2, part = <usize>(endColumn - firstColumn) << 2;
  for (let i = firstRow; i < endRow; i++) {
    const place = load<i32>(rowMap + (<usize>i << 2));
    if (place < 0) continue;
    const row = out + <usize>place * width + column;
    if (i < usedRow) memory.copy(row, product + <usize>(i - firstRow) * part, part);
    else memory.fill(row, 0, part);
  }
}

export function groupedMatmulFeatures(): void {
  const y = address(0), weights = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6), rowMap = address(7);
  const width = <usize>features << 2, inWidth = <usize>cluster << 2;
  for (let e = 0; e < experts; e++) {
    findSegmentPart(y, inWidth, offsets, experts, e, features);
    const column = <usize>firstColumn << 2;
    const product = rowMap ? scratch + PRODUCT_SCRATCH : out + <usize>firstRow * width + column;
    multiply(
      y + <usize>firstRow * inWidth, inWidth, 4,
      weights + <usize>e * <usize>cluster * width + column, width, 4,
      product, rowMap ? <usize>(endColumn - firstColumn) << 2 : width,
      usedRow - firstRow, endColumn - firstColumn, cluster, false,
    );
    if (rowMap) placeRows(product, rowMap, out, width);
    else memory.fill(out + <usize>usedRow * width, 0, <usize>(endRow - usedRow) * width);
  }
}
