import type { NumberColumnName, StepMetrics } from "@beyond24/run";

/** Most steps over which the smooth line of the loss is a mean; fewer in the beginning, where the loss falls fast. */
const smoothSteps = 12;

/** The steps of a training so far, in order. */
export class StepHistory {
  readonly #rows: StepMetrics[] = [];

  /** The last step, if there is one. */
  get last(): StepMetrics | undefined {
    return this.#rows.at(-1);
  }

  /** Adds steps. */
  append(rows: readonly StepMetrics[]): void {
    for (const row of rows) this.#rows.push(row);
  }

  /** Adds a validation to the step that it was made after. */
  addValidation(step: number, val_loss: number): void {
    const index = this.#rows.findLastIndex((row) => row.step === step);
    const row = this.#rows[index];
    if (row !== undefined) this.#rows[index] = { ...row, val_loss };
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows.length = 0;
  }

  /** One column of all steps. */
  column(name: NumberColumnName): (number | null)[] {
    return this.#rows.map((row) => row[name]);
  }

  /** The last value of a column that was measured. */
  latest(name: NumberColumnName): number | null {
    return this.#rows.findLast((row) => row[name] !== null)?.[name] ?? null;
  }

  /** Mean of the loss over each step and those before it: a quarter of them, {@linkcode smoothSteps} at most. */
  smoothLoss(): (number | null)[] {
    const sums = [0];
    for (const { loss } of this.#rows) sums.push((sums.at(-1) ?? 0) + loss);
    return this.#rows.map((_, index) => {
      const count = Math.min(smoothSteps, 1 + Math.floor(index / 4));
      return ((sums[index + 1] ?? 0) - (sums[index + 1 - count] ?? 0)) / count;
    });
  }
}
