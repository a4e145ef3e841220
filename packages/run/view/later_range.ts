/** The part of the steps whose values do not count. */
const early = 0.1;

/** A column of values; what is not a number was not measured. */
export type Values = ArrayLike<number | null | undefined>;

/**
 * The range of the values that come after the first tenth of the steps. A loss falls so steeply at first that on an
 * axis which holds all of it, models that lie a percent apart cannot be told from each other.
 *
 * @param steps Steps, counted from 1, in order
 * @param columns Columns with a value for each of them
 * @returns Least and greatest; undefined without values
 *
 * @example An axis for a loss
 * ```ts
 * import { laterRange } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const steps = Array.from({ length: 20 }, (_, index) => index + 1);
 * assertEquals(laterRange(steps, [steps.map((step) => 10 / step)]), [0.5, 10 / 3]);
 * ```
 */
export function laterRange(steps: ArrayLike<number>, columns: readonly Values[]): [number, number] | undefined {
  const after = early * (steps[steps.length - 1] ?? 0);
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let index = 0; index < steps.length; index++) {
      const value = column[index];
      if ((steps[index] ?? 0) <= after || typeof value !== "number" || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}
