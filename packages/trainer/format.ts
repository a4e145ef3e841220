/** `1,234,567`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `1 step`, `1,234 steps`. */
export function formatAmount(count: number, unit: string): string {
  return `${formatCount(count)} ${unit}${count === 1 ? "" : "s"}`;
}

const largeUnits = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

/** Three digits and a power of a thousand: `1.49 GB`. */
export function formatLarge(value: number, unitName: string): string {
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 999.5 && unit < largeUnits.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = Math.abs(scaled) >= 99.95 || (unit === 0 && Number.isInteger(scaled)) ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${largeUnits[unit]}${unitName}`;
}

/** `12.5 %`. */
export function formatPercent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** A fraction as a change with its sign: `+1.10 %`. */
export function formatChange(fraction: number): string {
  return `${fraction < 0 ? "−" : "+"}${formatPercent(Math.abs(fraction), 2)}`;
}

/** `1 h 02 min`, `3 min 05 s`, `12.3 s`, `4.56 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
}

/** Milliseconds with three digits: `8.21 ms`. */
export function formatMilliseconds(value: number): string {
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ms`;
}

/** A loss with four digits behind the point, or a dash. */
export function formatLoss(value: number | null | undefined): string {
  return typeof value === "number" ? value.toFixed(4) : "–";
}

/** Rows of cells as lines: the first column to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from(
    { length: columns },
    (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
