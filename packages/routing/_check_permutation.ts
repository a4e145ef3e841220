/** Throws unless every row occurs once. */
export function checkPermutation(order: Int32Array, action: string): void {
  const seen = new Uint8Array(order.length);
  for (const row of order) {
    if (row < 0 || row >= order.length || seen[row] === 1) {
      throw new RangeError(
        `Cannot ${action} as order must hold each of ${order.length} rows once: current value is ${row}`,
      );
    }
    seen[row] = 1;
  }
}
