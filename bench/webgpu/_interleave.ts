/** What is measured: one run of a workload, whose promise resolves when the device is done. */
export interface Contestant {
  /** Name in the table. */
  readonly name: string;
  /** One run. */
  run(): Promise<void>;
}

/** Median milliseconds of every contestant. Runs alternate, so that a busy machine disturbs all of them alike. */
export async function interleave(contestants: readonly Contestant[], rounds: number): Promise<number[]> {
  const times = contestants.map((): number[] => []);
  for (const { run } of contestants) await run();
  for (let round = 0; round < rounds; round++) {
    for (const [i, { run }] of contestants.entries()) {
      const start = performance.now();
      await run();
      times[i]?.push(performance.now() - start);
    }
  }
  return times.map(median);
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}
