import type { ReproduceContext } from "./context.ts";
import { type QualityJob, timingName } from "./jobs.ts";
import { messageOf } from "./message_of.ts";
import { timeSteps, type Timing } from "./timing.ts";

/**
 * Times the steps of every plan that jobs need, one after the other. A plan that fails is left out.
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
  const timings = new Map<string, Timing>();
  const kinds = new Map(jobs.map((job) => [timingName(job), job]));
  // Sparse plans first: each times dense steps as well, so that these need no run of their own.
  for (const [name, job] of [...kinds].toSorted(([a], [b]) => rank(a) - rank(b))) {
    try {
      const timing = denseOf(name, job, timings) ??
        (context.signal.aborted ? undefined : await timeSteps(job, context));
      if (timing === undefined) return undefined;
      timings.set(name, timing);
      const { dense, sparse } = timing.steps;
      say(`step of ${name}: dense ${dense.toFixed(2)} ms${sparse === null ? "" : `, sparse ${sparse.toFixed(2)} ms`}`);
    } catch (error) {
      say(`error: ${name}: ${messageOf(error)}`);
    }
  }
  return timings;
}

function rank(name: string): number {
  return name.endsWith("/dense") ? 1 : 0;
}

/** Dense steps of a size as another plan has timed them. */
function denseOf(name: string, { size }: QualityJob, timings: ReadonlyMap<string, Timing>): Timing | undefined {
  if (!name.endsWith("/dense")) return undefined;
  const other = [...timings].find(([plan, { steps }]) => plan.startsWith(`${size}/`) && steps.sparse !== null)?.[1];
  return other && { ...other, steps: { dense: other.steps.dense, sparse: null } };
}
