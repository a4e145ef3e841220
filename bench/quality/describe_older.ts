import { drawsTokens, isRouted, sparsityPlans } from "@beyond24/recipe";
import { describeSparsity } from "@beyond24/run";
import { sparsityOf } from "./jobs.ts";
import { type ResultRow, rowName } from "./result_row.ts";
import type { RowSparsity } from "./row_sparsity.ts";

/**
 * Rows whose sparse steps were computed in another way than those of a run of their name are now, as a preset has
 * changed since: a line for each way.
 *
 * @param rows Rows of any sizes
 */
export function describeOlder(rows: readonly ResultRow[]): string[] {
  const changes = Map.groupBy(rows, changeOf);
  return [...changes].flatMap(([change, group]) =>
    change === undefined ? [] : [`${group.map(rowName).join(", ")}: ${change}`]
  );
}

function changeOf(row: ResultRow): string | undefined {
  const now = sparsityOf({ ...row, steps: row.study_steps });
  if (now === undefined) return undefined;
  const [before, after] = [row.sparsity === undefined ? "not said" : inWords(row.sparsity), inWords(now)];
  return before === after ? undefined : `${before}; now ${after}`;
}

function inWords(sparsity: RowSparsity): string {
  const { plan, clusters, tokenOrder } = sparsity;
  return [
    describeSparsity(sparsity),
    ...(isRouted(sparsityPlans[plan]) ? [`clusters of ${clusters}`] : []),
    ...(drawsTokens(sparsityPlans[plan]) ? [`tokens ${tokenOrder}`] : []),
  ].join(", ");
}
