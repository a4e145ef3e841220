import {
  type BaselineSummary,
  formatChange,
  formatDuration,
  formatLoss,
  formatMilliseconds,
  type ModelSummary,
  stepTimes,
  trainLossSpan,
} from "@beyond24/run";

/** One quantity of a run and of its dense twin, and the ratio of exactly these two. */
export interface ComparedQuantity {
  /** What it is. */
  readonly name: string;
  /** Of the model with sparse steps. */
  readonly main: string;
  /** Of its dense twin. */
  readonly twin: string;
  /** `-1.10 %` for losses, `1.08×` as fast for times; empty when one is missing. */
  readonly ratio: string;
}

/**
 * A run beside its dense twin. Every ratio stands beside the two numbers that it is made of: times of steps are
 * compared by medians, so that a pause of the machine does not decide, and their ratio is none of the times in all.
 *
 * @param main What the model has reached; without seconds its time in all is left out
 * @param twin What its twin has reached
 * @returns Losses and times
 */
export function compareWithTwin(
  main: Omit<ModelSummary, "wall_seconds"> & { readonly wall_seconds: number | null },
  twin: BaselineSummary,
): ComparedQuantity[] {
  const steps = stepTimes(main, twin);
  const done = main.phases.reduce((sum, { steps }) => sum + steps, 0);
  return [
    losses("validation loss", main.val_loss, twin.val_loss),
    losses("bits per byte of validation", main.val_bits_per_byte, twin.val_bits_per_byte),
    losses(`training loss, ${trainLossSpan(done)}`, main.train_loss, twin.train_loss),
    ...main.phases.flatMap(({ phase, steps, median_step_ms }, index) => {
      const other = twin.phases[index]?.median_step_ms;
      const name = `median of ${steps} ${phase} ${steps === 1 ? "step" : "steps"}`;
      return other === undefined ? [] : [times(name, median_step_ms, other, formatMilliseconds)];
    }),
    times("all steps, by these medians", steps.main / 1000, steps.twin / 1000, formatDuration),
    ...(main.wall_seconds === null ? [] : [times("time in all", main.wall_seconds, twin.wall_seconds, formatDuration)]),
  ];
}

function losses(name: string, main: number | null, twin: number | null): ComparedQuantity {
  const relative = main === null || twin === null ? undefined : main / twin - 1;
  return {
    name,
    main: formatLoss(main),
    twin: formatLoss(twin),
    ratio: relative === undefined ? "" : formatChange(relative),
  };
}

function times(name: string, main: number, twin: number, format: (value: number) => string): ComparedQuantity {
  return { name, main: format(main), twin: format(twin), ratio: main > 0 ? `${(twin / main).toFixed(2)}×` : "" };
}
