// The sorted rows of an expert as the grouped products see them.
import { shareEnd, shareStart } from "./runtime";
import { BLAS_UNIT, bottom, findPart, left, right, top } from "./product";

/** This thread's part of the result of one expert: rows (of all sorted rows) and columns. */
export let firstRow: i32 = 0;
export let endRow: i32 = 0;
/** End of the rows before the zeros with which a segment is padded. */
export let usedRow: i32 = 0;
export let firstColumn: i32 = 0;
export let endColumn: i32 = 0;

function isZero(row: usize, width: usize): bool {
  let i: usize = 0;
  let bits = i32x4.splat(0);
  for (; i + 16 <= width; i += 16) {
    bits = v128.or(bits, v128.load(row + i));
    if (v128.any_true(bits)) return false;
  }
  for (; i < width; i += 4) if (load<i32>(row + i) != 0) return false;
  return true;
}

/**
 * End of the rows before the zeros with which a segment is padded. A row of zeros gives zeros in every product, so that
 * padding costs one look instead of a multiplication. `width` in bytes.
 */
export function endBeforeZeros(x: usize, width: usize, start: i32, end: i32): i32 {
  while (end > start && isZero(x + <usize>(end - 1) * width, width)) end--;
  return end;
}

/**
 * Finds this thread's part of the product of an expert's rows of `x` (`width` bytes each): of the rows an equal share
 * whatever their experts, all columns. Of an only expert it is the part of the plain product, nothing left out: the
 * bits of a BLAS depend on how a product is cut.
 */
export function findSegmentPart(
  x: usize,
  width: usize,
  offsets: usize,
  experts: i32,
  expert: i32,
  columns: i32,
): void {
  const start = load<i32>(offsets + (<usize>expert << 2)), end = load<i32>(offsets + (<usize>expert << 2), 4);
  if (experts == 1) {
    findPart(end - start, columns);
    firstRow = start + top;
    endRow = usedRow = start + bottom;
    firstColumn = left;
    endColumn = right;
    return;
  }
  const units = (load<i32>(offsets + (<usize>experts << 2)) + BLAS_UNIT - 1) / BLAS_UNIT;
  firstRow = max(shareStart(units) * BLAS_UNIT, start);
  endRow = max(firstRow, min(shareEnd(units) * BLAS_UNIT, end));
  usedRow = endBeforeZeros(x, width, firstRow, endRow);
  firstColumn = 0;
  endColumn = columns;
}
