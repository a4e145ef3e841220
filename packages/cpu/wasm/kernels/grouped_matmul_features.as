// out_e = y_e · weights_e for every expert: a thread takes an equal share of the sorted rows, whatever their experts.
// With a row map the product is made in scratch memory, some rows at a time, and its rows go to their places from there
// while they are still in the cache. Without one it is cut in the same way, so that both have the same bits.
// Arguments: y, weights, offsets, out, experts, features D, cluster C, row map (0: none).
import { address, argument, scratch, shareEnd, shareStart } from "./runtime";
import { BLAS_UNIT, multiply, PRODUCT_SCRATCH } from "./product";
import { endBeforeZeros } from "./segments";

/** Rows of a product in scratch memory. */
const BLOCK: i32 = 512;

/** Bytes of scratch that a thread needs for results of so many columns. */
export function groupedMatmulFeaturesScratch(features: i32): usize {
  return PRODUCT_SCRATCH + ((<usize>BLOCK * <usize>features) << 2);
}

/** Row i goes to row `places[i]` of `out`, and zeros from row `used` on; -1 is no place. `width` in bytes. */
function placeRows(product: usize, places: usize, out: usize, used: i32, rows: i32, width: usize): void {
  for (let i = 0; i < rows; i++) {
    const place = load<i32>(places + (<usize>i << 2));
    if (place < 0) continue;
    const row = out + <usize>place * width;
    if (i < used) memory.copy(row, product + <usize>i * width, width);
    else memory.fill(row, 0, width);
  }
}

export function groupedMatmulFeatures(): void {
  const y = address(0), weights = address(1), offsets = address(2), out = address(3);
  const experts = argument(4), features = argument(5), cluster = argument(6), rowMap = address(7);
  const width = <usize>features << 2, inWidth = <usize>cluster << 2;
  const total = load<i32>(offsets + (<usize>experts << 2));
  const units = (total + BLAS_UNIT - 1) / BLAS_UNIT;
  const first = shareStart(units) * BLAS_UNIT, last = shareEnd(units) * BLAS_UNIT;
  for (let e = 0; e < experts; e++) {
    const start = max(first, load<i32>(offsets + (<usize>e << 2)));
    const end = min(last, load<i32>(offsets + (<usize>e << 2), 4));
    const used = endBeforeZeros(y, inWidth, start, end);
    for (let i = start; i < end; i += BLOCK) {
      const rows = min(BLOCK, end - i), full = min(rows, max(0, used - i));
      const product = rowMap ? scratch + PRODUCT_SCRATCH : out + <usize>i * width;
      multiply(
        y + <usize>i * inWidth, inWidth, 4,
        weights + <usize>e * <usize>cluster * width, width, 4,
        product, width,
        full, features, cluster, false,
      );
      if (rowMap) placeRows(product, rowMap + (<usize>i << 2), out, full, rows, width);
      else memory.fill(product + <usize>full * width, 0, <usize>(rows - full) * width);
    }
  }
}
