import type { StepMetrics } from "@beyond24/run";

/**
 * Says which steps are missing among the rows of a run: lines of its file were lost or could not be read.
 *
 * @param whose Whose rows they are, as the begin of a sentence
 * @param rows The steps, in order
 * @returns One sentence, or none
 */
export function describeHoles(whose: string, rows: readonly StepMetrics[]): string[] {
  const holes = rows.flatMap(({ step }, index) => {
    const first = (rows[index - 1]?.step ?? 0) + 1;
    if (step <= first) return [];
    return [first === step - 1 ? String(first) : `${first} to ${step - 1}`];
  });
  if (holes.length === 0) return [];
  const named = holes.slice(0, 5).join(", ") + (holes.length > 5 ? ` and in ${holes.length - 5} more places` : "");
  return [`${whose} has no metrics of steps ${named}: the lines are gaps, and means leave these steps out.`];
}
