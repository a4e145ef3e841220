import { formatDuration } from "@beyond24/run";

/** A time as people plan with it: hours in three digits, or less than one. */
export function formatHours(hours: number): string {
  if (hours < 1 / 3600) return "under 1 s";
  if (hours < 1) return formatDuration(3600 * hours);
  return `${Number(hours.toPrecision(3)).toLocaleString("en-US")} h`;
}
