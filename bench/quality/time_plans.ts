import type { ReproduceContext } from "./context.ts";
import { networkOf, type QualityJob, timingName } from "./jobs.ts";
import { messageOf } from "./message_of.ts";
import { runQueue } from "./run_queue.ts";
import { timesItself } from "./step_times.ts";
import { keptTiming, timeSteps, type Timing } from "./timing.ts";

/** How long steps take. */
export interface PlanTimings {
  /** Times by {@linkcode timingName}. */
  readonly timings: ReadonlyMap<string, Timing>;
  /** Whether some are those of another plan of the size. */
  readonly isEstimate: boolean;
}

/**
 * Finds how long the steps of every plan take that jobs need: from what was kept, else in short runs, one after the
 * other on each GPU. Where the jobs of a plan time themselves, another plan of the size may stand in for it. A plan
 * that fails is left out.
 *
 * @param jobs The jobs
 * @param context Device, data, folders
 * @param say Is told each time
 * @returns The times; undefined when it was stopped
 */
export async function timePlans(
  jobs: readonly QualityJob[],
  context: ReproduceContext,
  say: (line: string) => void,
): Promise<PlanTimings | undefined> {
  const { gpus, signal } = context;
  const mustBeTimed = new Set(jobs.filter((job) => !timesItself(job, context)).map(timingName));
  const plans = new Map(jobs.map((job) => [timingName(job), job]));
  const timed = new Map<QualityJob, Timing>();
  const unknown: QualityJob[] = [];
  let isEstimate = false;

  const take = (job: QualityJob, timing: Timing) => {
    timed.set(job, timing);
    say(describeTiming(timingName(job), timing));
  };
  const time = async (job: QualityJob, place: number) => {
    const other = standIn(job, timed);
    if (other !== undefined && (isDense(job) || !mustBeTimed.has(timingName(job)))) {
      isEstimate ||= !isDense(job);
      timed.set(job, other);
      return;
    }
    try {
      const timing = await timeSteps(job, context, gpus[place]);
      if (timing !== undefined) take(job, timing);
    } catch (error) {
      say(`error: ${timingName(job)}: ${messageOf(error)}`);
    }
  };

  for (const job of plans.values()) {
    const kept = await keptTiming(job, context);
    if (kept === undefined) unknown.push(job);
    else take(job, kept);
  }
  for (const some of inOrder(unknown)) await runQueue(some, { atOnce: Math.max(1, gpus.length), signal }, time);
  if (signal.aborted) return undefined;
  return { timings: new Map(Array.from(timed, ([job, timing]) => [timingName(job), timing])), isEstimate };
}

function describeTiming(name: string, { steps: { dense, sparse } }: Timing): string {
  return `step of ${name}: dense ${dense.toFixed(2)} ms${sparse === null ? "" : `, sparse ${sparse.toFixed(2)} ms`}`;
}

/**
 * Jobs that can stand in for others come first: sparse plans have dense steps as well, fewer neurons are for nobody.
 */
function inOrder(jobs: readonly QualityJob[]): readonly (readonly QualityJob[])[] {
  const { few = [], dense = [], sparse = [] } = Object.groupBy(jobs, (job) => {
    const { plan, fewerNeurons } = networkOf(job);
    if (fewerNeurons !== 1) return "few";
    return plan === "dense" ? "dense" : "sparse";
  });
  return [sparse, dense, few];
}

/** Whether the dense steps of any plan of the size are its own. */
function isDense(job: QualityJob): boolean {
  const { plan, fewerNeurons } = networkOf(job);
  return plan === "dense" && fewerNeurons === 1;
}

/** Times of a plan of the same size, with all neurons, that has the steps that a job has. */
function standIn(job: QualityJob, timed: ReadonlyMap<QualityJob, Timing>): Timing | undefined {
  const isSparse = networkOf(job).plan !== "dense";
  for (const [other, timing] of timed) {
    const { dense, sparse } = timing.steps;
    if (other.size !== job.size || networkOf(other).fewerNeurons !== 1 || (isSparse && sparse === null)) continue;
    return { ...timing, steps: { dense, sparse: isSparse ? sparse : null } };
  }
  return undefined;
}
