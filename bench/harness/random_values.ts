import { seededRandom } from "@beyond24/routing";

/** Reproducible values in [-scale, scale). */
export function randomValues(count: number, scale: number, seed = 12345): Float32Array {
  const next = seededRandom(seed);
  return Float32Array.from({ length: count }, () => scale * (2 * next() - 1));
}
