import type { GroupTokensArguments } from "@beyond24/device";
import { integers } from "./_host_storage.ts";

/**
 * A stable counting sort of the replicas by expert, segments padded to a multiple of `segments.align`, spread if asked
 * for.
 */
export function groupTokens({ experts, order, positions, segments, counts, spread }: GroupTokensArguments): void {
  const expertOf = integers(experts);
  const sizes = integers(counts).fill(0);
  for (const expert of expertOf) if (expert >= 0 && expert < sizes.length) sizes[expert] = (sizes[expert] ?? 0) + 1;

  const { offsets, align } = segments;
  const starts = integers(offsets);
  starts[0] = 0;
  sizes.forEach((size, expert) => starts[expert + 1] = (starts[expert] ?? 0) + Math.ceil(size / align) * align);

  const replicas = integers(order).fill(-1);
  const rows = integers(positions).fill(-1);
  const next = starts.slice();
  expertOf.forEach((expert, replica) => {
    if (expert < 0 || expert >= sizes.length) return;
    const sorted = next[expert] ?? 0;
    next[expert] = sorted + 1;
    const [start = 0, end = 0] = starts.subarray(expert, expert + 2);
    const [place, quarter] = [sorted - start, (end - start) / 4];
    const row = spread ? start + 4 * (place % quarter) + Math.floor(place / quarter) : sorted;
    replicas[row] = replica;
    rows[replica] = row;
  });
}
