import type { ReproduceContext } from "./context.ts";
import { type QualityJob, timingName } from "./jobs.ts";
import { messageOf } from "./message_of.ts";
import { runQueue } from "./run_queue.ts";
import { timeSteps, type Timing } from "./timing.ts";

/**
 * Times the steps of every plan that jobs need, one after the other on each GPU. A plan that fails is left out.
 *
 * @param jobs The jobs
 * @param context Device, data, folders
 * @param say Is told each time
 * @returns Times by {@linkcode timingName}; undefined when it was stopped
 */
export async function timePlans(
  jobs: readonly QualityJob[],
  context: ReproduceContext,
  say: (line: string) => void,
): Promise<Map<string, Timing> | undefined> {
  const { gpus, signal } = context;
  const timings = new Map<string, Timing>();
  const kinds = [...new Map(jobs.map((job) => [timingName(job), job]))];
  const time = async ([name, job]: [string, QualityJob], place: number) => {
    try {
      const timing = denseOf(name, job, timings) ?? await timeSteps(job, context, gpus[place]);
      if (timing === undefined) return;
      timings.set(name, timing);
      const { dense, sparse } = timing.steps;
      say(`step of ${name}: dense ${dense.toFixed(2)} ms${sparse === null ? "" : `, sparse ${sparse.toFixed(2)} ms`}`);
    } catch (error) {
      say(`error: ${name}: ${messageOf(error)}`);
    }
  };
  // Sparse plans first: each times dense steps as well, so that these need no run of their own.
  const { dense = [], sparse = [] } = Object.groupBy(kinds, ([name]) => isDenseName(name) ? "dense" : "sparse");
  for (const some of [sparse, dense]) await runQueue(some, { atOnce: Math.max(1, gpus.length), signal }, time);
  return signal.aborted ? undefined : timings;
}

function isDenseName(name: string): boolean {
  return name.endsWith("/dense");
}

/** Dense steps of a size as another plan has timed them. */
function denseOf(name: string, { size }: QualityJob, timings: ReadonlyMap<string, Timing>): Timing | undefined {
  if (!isDenseName(name)) return undefined;
  const other = [...timings].find(([plan, { steps }]) => plan.startsWith(`${size}/`) && steps.sparse !== null)?.[1];
  return other && { ...other, steps: { dense: other.steps.dense, sparse: null } };
}
