import { formatDuration } from "@beyond24/run";
import { type Terminal, writeAbove } from "../../packages/trainer/cli/terminal.ts";
import { jobName, type QualityJob, stepsOf } from "./jobs.ts";
import { stepsDone } from "./train_process.ts";

/** A job with what is expected of it. */
export interface ExpectedJob {
  readonly job: QualityJob;
  /** Folder of its run. */
  readonly folder: string;
  /** Seconds that it takes alone. */
  readonly seconds: number;
}

/** Shows how far the runs are. */
export interface QueueProgress extends Disposable {
  /** A job has begun. */
  begin(expected: ExpectedJob): void;
  /** A job has ended, one way or another; the line says how. It counts as done only if it is. */
  end(expected: ExpectedJob, line: string, isDone: boolean): void;
  /** Draws how far they are. Happens by itself now and then. */
  draw(): Promise<void>;
}

/** Options of {@linkcode queueProgress}. */
export interface QueueProgressOptions {
  /** How many jobs go on at once. */
  readonly atOnce: number;
  /** Nothing is drawn after it: what goes on then only ends. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks: a line that is redrawn, and lines of a log. */
const looks = { interactive: 1000, log: 15_000 };

/** Part of the work after which the time left follows from the time that it took. */
const leastPart = 0.02;

/** Follows jobs by their files of metrics, and says what is done and how long the rest takes. */
export function queueProgress(
  all: readonly ExpectedJob[],
  { atOnce, signal }: QueueProgressOptions,
  terminal: Terminal,
): QueueProgress {
  const running = new Map<ExpectedJob, number>();
  const started = performance.now();
  let total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  let [done, secondsDone, secondsBefore] = [0, 0, 0];
  let isOver = false;

  const draw = async () => {
    let seconds = secondsDone;
    const parts: string[] = [];
    for (const expected of running.keys()) {
      const part = await stepsDone(expected.folder) / stepsOf(expected.job);
      // What was done before this call took none of its time.
      if (running.get(expected) === -1) {
        running.set(expected, part);
        secondsBefore += part * expected.seconds;
      }
      seconds += part * expected.seconds;
      parts.push(`${jobName(expected.job)} ${Math.floor(100 * part)} %`);
    }
    if (isOver) return;
    const elapsed = (performance.now() - started) / 1000;
    const here = seconds - secondsBefore;
    const left = here > leastPart * total ? elapsed * (total - seconds) / here : (total - seconds) / atOnce;
    const line = [`${done} of ${all.length} runs`, `${formatDuration(Math.max(0, left))} left`, ...parts].join(" · ");
    if (terminal.isInteractive) terminal.error(`\r\x1b[K${line.slice(0, terminal.columns - 1)}`);
    else terminal.error(`${line}\n`);
  };
  const timer = setInterval(() => void draw().catch(() => {}), terminal.isInteractive ? looks.interactive : looks.log);

  const finish = () => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    if (terminal.isInteractive) terminal.error("\r\x1b[K");
  };
  signal.addEventListener("abort", finish);

  return {
    begin: (expected) => void running.set(expected, -1),
    end: (expected, line, isDone) => {
      running.delete(expected);
      if (isDone) {
        done++;
        secondsDone += expected.seconds;
      } else {
        total -= expected.seconds;
      }
      writeAbove(terminal, line);
    },
    draw,
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", finish);
      finish();
    },
  };
}
