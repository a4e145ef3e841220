import type { Recipe } from "@beyond24/recipe";
import type { NumberColumnName, StepMetrics } from "@beyond24/run";
import { smoothLosses, trainLoss } from "@beyond24/run/view";

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
  addValidation(step: number, measured: Pick<StepMetrics, "val_loss" | "val_bits_per_byte">): void {
    const index = this.#rows.findLastIndex((row) => row.step === step);
    const row = this.#rows[index];
    if (row !== undefined) this.#rows[index] = { ...row, ...measured };
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

  /** The training loss so far, as a summary of the run would have it. */
  trainLoss(): number | null {
    return trainLoss(this.#rows.map(({ loss }) => loss));
  }

  /** The loss of every step, smoothed as in a report. */
  smoothLosses(recipe: Recipe): (number | null)[] {
    return smoothLosses(this.#rows, recipe);
  }
}
