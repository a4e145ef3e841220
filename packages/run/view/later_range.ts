/** The part of the steps whose values do not count. */
const early = 0.1;

/**
 * The range of values that come after the first tenth of the steps. A loss falls so steeply at first that on an axis which
 * holds all of it, models that lie a percent apart cannot be told from each other.
 *
 * @param points Pairs of a step, counted from 1, and a value; null for none
 * @returns Least and greatest; undefined without values
 *
 * @example An axis for a loss
 * ```ts
 * import { laterRange } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const points = Array.from({ length: 20 }, (_, index) => [index + 1, 10 / (index + 1)] as const);
 * assertEquals(laterRange(points), [0.5, 10 / 3]);
 * ```
 */
export function laterRange(points: readonly (readonly [number, number | null])[]): [number, number] | undefined {
  const last = points.reduce((most, [step]) => Math.max(most, step), 0);
  let range: [number, number] | undefined;
  for (const [step, value] of points) {
    if (step <= early * last || value === null || !Number.isFinite(value)) continue;
    range = [Math.min(range?.[0] ?? value, value), Math.max(range?.[1] ?? value, value)];
  }
  return range;
}
