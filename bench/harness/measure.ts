/** One thing that is measured: runs once, synchronously or not; a peer returns its own time in milliseconds. */
export type Run = () => void | number | Promise<void | number>;

/** Times of one column, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly best: number;
  readonly samples: readonly number[];
}

/** The middle of some numbers (of an even count the lower of the two). */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? NaN;
}

/**
 * Runs all columns in turn, `rounds` times after `warmup` rounds, so that what disturbs the machine disturbs all of
 * them.
 *
 * @returns The times of every column
 */
export async function interleave<Name extends string>(
  columns: Readonly<Record<Name, Run>>,
  { rounds, warmup = 2 }: { readonly rounds: number; readonly warmup?: number },
): Promise<Record<Name, Timing>> {
  const samples = new Map<string, number[]>();
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, run] of Object.entries<Run>(columns)) {
      const start = performance.now();
      const own = await run();
      const elapsed = own ?? performance.now() - start;
      if (round >= 0) samples.set(name, [...samples.get(name) ?? [], elapsed]);
    }
  }
  const timings = Array.from(samples, ([name, values]) => [name, {
    median: median(values),
    best: Math.min(...values),
    samples: values,
  }]);
  return Object.fromEntries(timings) as Record<Name, Timing>;
}
