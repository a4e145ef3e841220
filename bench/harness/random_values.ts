import { seededRandom } from "@beyond24/routing";

/** Reproducible values in [-scale, scale). */
export function randomValues(count: number, scale: number, seed = 12345): Float32Array {
  const next = seededRandom(seed);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = scale * (2 * next() - 1);
  return values;
}
