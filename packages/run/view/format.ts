/** What stands for a number that is not there. */
export const absent = "–";

/** A number that may not be there. */
export type MaybeNumber = number | null | undefined;

function isThere(value: MaybeNumber): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * `1,234,567`.
 *
 * @example Write a count
 * ```ts
 * import { formatCount } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatCount(1_234_567), "1,234,567");
 * ```
 */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/**
 * `1 step`, `1,234 steps`.
 *
 * @example Count steps
 * ```ts
 * import { formatAmount } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatAmount(1, "step"), "1 step");
 * ```
 */
export function formatAmount(count: number, unit: string): string {
  return `${formatCount(count)} ${unit}${count === 1 ? "" : "s"}`;
}

const largeUnits = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

/**
 * Three digits and a power of a thousand: `1.49 GB`, `12.3 K`.
 *
 * @example Write bytes
 * ```ts
 * import { formatLarge } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatLarge(1_490_000_000, "B"), "1.49 GB");
 * ```
 */
export function formatLarge(value: MaybeNumber, unitName = ""): string {
  if (!isThere(value)) return absent;
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 999.5 && unit < largeUnits.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = Math.abs(scaled) >= 99.95 || (unit === 0 && Number.isInteger(scaled)) ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${largeUnits[unit]}${unitName}`.trimEnd();
}

/**
 * `12.5 %`.
 *
 * @example Write a fraction
 * ```ts
 * import { formatPercent } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatPercent(0.125), "12.5 %");
 * ```
 */
export function formatPercent(fraction: MaybeNumber, digits = 1): string {
  if (!isThere(fraction)) return absent;
  return `${(100 * fraction).toFixed(digits)} %`;
}

/**
 * A fraction as a change with its sign: `+1.10 %`.
 *
 * @example Write a change
 * ```ts
 * import { formatChange } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatChange(0.011), "+1.10 %");
 * ```
 */
export function formatChange(fraction: number): string {
  return `${fraction < 0 ? "−" : "+"}${formatPercent(Math.abs(fraction), 2)}`;
}

/**
 * `1 h 02 min`, `3 min 05 s`, `12.3 s`, `4.56 s`.
 *
 * @example Write a time
 * ```ts
 * import { formatDuration } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDuration(185), "3 min 05 s");
 * ```
 */
export function formatDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
}

/**
 * Milliseconds with three digits: `8.21 ms`.
 *
 * @example Write the time of a step
 * ```ts
 * import { formatMilliseconds } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatMilliseconds(8.2134), "8.21 ms");
 * ```
 */
export function formatMilliseconds(value: number): string {
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ms`;
}

/**
 * A loss with four digits behind the point, or a dash.
 *
 * @example Write a loss
 * ```ts
 * import { formatLoss } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatLoss(null), "–");
 * ```
 */
export function formatLoss(value: MaybeNumber): string {
  return isThere(value) ? value.toFixed(4) : absent;
}
