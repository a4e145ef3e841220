import type { Run } from "../harness/measure.ts";

/** Something that a GPU does, and the wait for it. */
export interface Workload {
  /** Name in the table. */
  readonly name: string;
  /** Hands one run over without waiting for it. */
  run(): void;
  /** Waits until all runs are done. */
  finish(): Promise<unknown>;
}

/** A wait costs Deno ten milliseconds and more, so that this much is measured at once. */
const BATCH_MILLISECONDS = 250;
const MOST_RUNS = 1000;

async function timeRuns({ run, finish }: Workload, runs: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  await finish();
  return (performance.now() - start) / runs;
}

/** A column of a comparison: the milliseconds of a run, from as many as fit between two waits. */
export async function batched(workload: Workload): Promise<Run> {
  await timeRuns(workload, 1); // compiles, which may take longer than a whole batch
  let runs = 1;
  while (runs * await timeRuns(workload, runs) < BATCH_MILLISECONDS && runs < MOST_RUNS) runs *= 2;
  return () => timeRuns(workload, runs);
}
