import { type MetricsColumn, metricsColumns } from "@beyond24/run/step-metrics";

/** What an element asks for, by attribute: `<h2 data-title="flip_rate">`. */
const texts: Readonly<Record<string, (column: MetricsColumn) => string>> = {
  title: ({ title }) => title,
  unit: ({ unit = "" }) => unit,
  sentence: ({ sentence }) => `${sentence}.`,
};

/** Writes what the columns of a metrics row are called into the elements of the page that ask for it. */
export function nameMetrics(): void {
  for (const [attribute, textOf] of Object.entries(texts)) {
    for (const element of document.querySelectorAll<HTMLElement>(`[data-${attribute}]`)) {
      element.textContent = textOf(columnOf(element.dataset[attribute]));
    }
  }
}

function columnOf(name = ""): MetricsColumn {
  const columns: Readonly<Record<string, MetricsColumn>> = metricsColumns;
  const column = columns[name];
  if (column === undefined) throw new TypeError(`Cannot use the page as it names a column: current value is ${name}`);
  return column;
}
