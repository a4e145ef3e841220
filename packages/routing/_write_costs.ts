import type { ClusterShape } from "./_clusters.ts";
import { dotRows } from "./_dot_rows.ts";
import { dotEntries, type Rows } from "./_row_entries.ts";

/** As many centers as go side by side in a product; so few stay near the processor while all neurons pass. */
const CENTERS = 4;

/** The rows of these clusters; what is left of a product stays zero. */
function rowsOf(clusters: readonly number[], centers: Float64Array, features: number): Float64Array {
  const rows = new Float64Array(CENTERS * features);
  for (const [place, expert] of clusters.entries()) {
    rows.set(centers.subarray(expert * features, (expert + 1) * features), place * features);
  }
  return rows;
}

function squaredLength(rows: Float64Array, start: number, features: number): number {
  let sum = 0;
  for (let i = start; i < start + features; i++) sum += (rows[i] as number) ** 2;
  return sum;
}

/**
 * Writes squared distances [neurons, experts] from the centers of some clusters, less the squared length of the neuron,
 * which no choice depends on. With the entries of rows that are mostly zero it takes less time, to the same bits.
 */
export function writeCosts(
  { weights, entries }: Rows,
  { neurons, features, experts }: ClusterShape,
  clusters: ReadonlySet<number>,
  centers: Float64Array,
  costs: Float64Array,
): void {
  const waiting = [...clusters];
  const products = new Float64Array(CENTERS);
  for (let first = 0; first < waiting.length; first += CENTERS) {
    const some = waiting.slice(first, first + CENTERS);
    const rows = rowsOf(some, centers, features);
    const lengths = some.map((_, place) => squaredLength(rows, place * features, features));
    for (let neuron = 0; neuron < neurons; neuron++) {
      if (entries === undefined) dotRows(weights, neuron * features, rows, features, products);
      else dotEntries(entries, neuron, rows, features, products);
      for (let place = 0; place < some.length; place++) {
        const expert = some[place] as number;
        costs[neuron * experts + expert] = (lengths[place] as number) - 2 * (products[place] as number);
      }
    }
  }
}
