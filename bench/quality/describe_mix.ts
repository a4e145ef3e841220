import { formatAmount } from "@beyond24/run";
import type { ResultRow } from "./result_row.ts";

/**
 * What rows that stand in one comparison do not have in common and should: a line each. A comparison is of one size and
 * length.
 *
 * @param rows Rows of any sizes
 */
export function describeMix(rows: readonly ResultRow[]): string[] {
  const groups = Map.groupBy(rows, studyName);
  return [...groups].flatMap(([name, group]) => [
    ...different(name, "devices", group, ({ device }) => device),
    ...different(name, "corpora", group, ({ corpus }) => corpus.slice(0, 12)),
    ...different(name, "revisions", group, ({ revisions }) => revisions.map((hash) => hash.slice(0, 10)).join(" + ")),
  ]);
}

/** Runs that are held against each other: those of a size and a length. */
export function studyName({ size, study_steps, is_shorter }: ResultRow): string {
  return is_shorter ? `${size}, ${study_steps} steps` : size;
}

function different(
  name: string,
  what: string,
  rows: readonly ResultRow[],
  valueOf: (row: ResultRow) => string,
): string[] {
  const values = new Map<string, number>();
  for (const row of rows) values.set(valueOf(row), (values.get(valueOf(row)) ?? 0) + 1);
  if (values.size < 2) return [];
  const counts = [...values].map(([value, count]) => `${value || "unknown"} (${formatAmount(count, "row")})`);
  return [`rows of ${name} are of ${values.size} ${what}: ${counts.join(", ")}`];
}
