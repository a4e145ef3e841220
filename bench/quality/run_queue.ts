/** Options of {@linkcode runQueue}. */
export interface QueueOptions {
  /** How many tasks go on at once. */
  readonly atOnce: number;
  /** No task is begun after it. */
  readonly signal: AbortSignal;
}

/** Runs tasks in their order, several at once, until all are done or a signal says stop. A task must not throw. */
export async function runQueue<Task>(
  tasks: readonly Task[],
  { atOnce, signal }: QueueOptions,
  run: (task: Task) => Promise<void>,
): Promise<void> {
  const rest = tasks.values();
  const work = async () => {
    for (const task of rest) {
      if (signal.aborted) return;
      await run(task);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
