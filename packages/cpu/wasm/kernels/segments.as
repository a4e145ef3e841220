// The sorted rows of an expert as the grouped products see them.

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
