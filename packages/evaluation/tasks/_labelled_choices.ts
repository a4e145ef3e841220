import * as v from "valibot";

/**
 * Choices with their labels: columns, as the Hub has them, or rows, as their authors wrote them; both become columns.
 */
export const labelledChoices = v.union([
  v.object({ text: v.array(v.string()), label: v.array(v.string()) }),
  v.pipe(
    v.array(v.object({ text: v.string(), label: v.string() })),
    v.transform((rows) => ({ text: rows.map(({ text }) => text), label: rows.map(({ label }) => label) })),
  ),
]);
