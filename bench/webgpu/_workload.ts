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
const BATCH_MILLISECONDS = 150;
const MOST_RUNS = 1000;

async function timeRuns({ run, finish }: Workload, runs: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  await finish();
  return (performance.now() - start) / runs;
}

/** A column of a comparison: the milliseconds of a run, from as many as fit between two waits. */
export async function batched(workload: Workload): Promise<Run> {
  // Once to compile, once with the wait in, and then long enough to tell.
  let runs = 1;
  for (let time = await timeRuns(workload, 1); time * runs < BATCH_MILLISECONDS && runs < MOST_RUNS; runs *= 4) {
    time = await timeRuns(workload, runs);
  }
  return () => timeRuns(workload, runs);
}
