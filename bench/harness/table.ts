import type { Row, Skipped } from "./row.ts";

/** Rows as a Markdown table. */
export function table(rows: readonly (Row | Skipped)[]): string {
  const lines = [
    "| what | ours | ms | peer | ms | ratio | ratio of best | bar |",
    "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |",
  ];
  for (const row of rows) {
    if ("skipped" in row) lines.push(`| ${row.what} | | | skipped: ${row.skipped} | | | | |`);
    else {
      const cells = [row.what, row.ours, milliseconds(row.oursMs), row.peer, milliseconds(row.peerMs)];
      lines.push(`| ${[...cells, times(row.ratio), times(row.bestRatio), `≥ ${row.bar}×`].join(" | ")} |`);
    }
  }
  return lines.join("\n");
}

function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function times(value: number): string {
  return `${value.toFixed(2)}×`;
}
