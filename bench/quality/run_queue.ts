/** Options of {@linkcode runQueue}. */
export interface QueueOptions {
  /** How many tasks go on at once. */
  readonly atOnce: number;
  /** No task is begun after it. */
  readonly signal: AbortSignal;
}

/**
 * Runs tasks in their order, several at once, until all are done or a signal says stop. A task must not throw. It is
 * told its place among those that go on at once.
 */
export async function runQueue<Task>(
  tasks: readonly Task[],
  { atOnce, signal }: QueueOptions,
  run: (task: Task, place: number) => Promise<void>,
): Promise<void> {
  const rest = tasks.values();
  const work = async (place: number) => {
    for (const task of rest) {
      if (signal.aborted) return;
      await run(task, place);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, place) => work(place)));
}

/**
 * The time until {@linkcode runQueue} is through.
 *
 * @param times The time of each task in their order
 * @param atOnce How many go on at once
 * @returns The time, in the unit of the tasks; 0 without any
 */
export function queueTime(times: readonly number[], atOnce: number): number {
  const places = Array.from({ length: atOnce }, () => 0);
  for (const time of times) {
    const free = places.indexOf(Math.min(...places));
    places[free] = (places[free] ?? 0) + time;
  }
  return Math.max(...places);
}
