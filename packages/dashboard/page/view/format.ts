/** What stands for a number that is not there. */
export const absent = "–";

/** A loss with four digits after the point. */
export function formatLoss(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? absent : value.toFixed(4);
}

/** A fraction in percent. */
export function formatPercent(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? absent : `${(100 * value).toFixed(1)} %`;
}

/** A large number with three significant digits: `12.3 k`. */
export function formatLarge(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return absent;
  const scales = [[1e9, " G"], [1e6, " M"], [1e3, " k"]] as const;
  const [scale, unit] = scales.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  const scaled = value / scale;
  return `${
    scaled >= 100 || (unit === "" && Number.isInteger(value)) ? scaled.toFixed(0) : scaled.toPrecision(3)
  }${unit}`;
}

/** A whole number with thin spaces between groups of three digits. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
