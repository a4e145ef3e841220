/** Reproducible values in [-scale, scale). */
export function randomValues(count: number, scale: number, seed = 12345): Float32Array {
  const values = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    values[i] = scale * ((state >>> 8) / (1 << 23) - 1);
  }
  return values;
}
