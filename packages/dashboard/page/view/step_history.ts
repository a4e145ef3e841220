import type { PhaseName } from "@beyond24/recipe";

/** What the charts know of a step; what was not measured is null. */
export interface StepPoint {
  /** Steps done, this one included. */
  readonly step: number;
  readonly phase: PhaseName;
  readonly loss: number | null;
  readonly heldOutLoss: number | null;
  readonly tokensPerSecond: number | null;
  /** Fraction of zeros in the hidden activations. */
  readonly zeros: number | null;
  readonly loadMin: number | null;
  readonly loadMean: number | null;
  readonly loadMax: number | null;
  /** Fraction of mask bits that changed. */
  readonly flipRate: number | null;
}

/** A number of a step that can be drawn. */
export type StepQuantity = Exclude<keyof StepPoint, "phase">;

/** Most steps over which the smooth line of the loss is a mean; fewer in the beginning, where the loss falls fast. */
const smoothSteps = 12;

/** The steps of a training so far, in order. */
export class StepHistory {
  readonly #points: StepPoint[] = [];

  /** The last step, if there is one. */
  get last(): StepPoint | undefined {
    return this.#points.at(-1);
  }

  /** Adds steps. */
  append(points: readonly StepPoint[]): void {
    for (const point of points) this.#points.push(point);
  }

  /** Adds a held-out loss to the step that it was measured after. */
  addHeldOutLoss(step: number, heldOutLoss: number): void {
    const index = this.#points.findLastIndex((point) => point.step === step);
    const point = this.#points[index];
    if (point !== undefined) this.#points[index] = { ...point, heldOutLoss };
  }

  /** Forgets everything. */
  clear(): void {
    this.#points.length = 0;
  }

  /** One quantity of all steps. */
  column(quantity: StepQuantity): (number | null)[] {
    return this.#points.map((point) => point[quantity]);
  }

  /** The last value of a quantity that was measured. */
  latest(quantity: StepQuantity): number | null {
    return this.#points.findLast((point) => point[quantity] !== null)?.[quantity] ?? null;
  }

  /** Mean of the loss over each step and those before it: a quarter of them, {@linkcode smoothSteps} at most. */
  smoothLoss(): (number | null)[] {
    const sums = [0];
    for (const { loss } of this.#points) sums.push((sums.at(-1) ?? 0) + (loss ?? 0));
    return this.#points.map((_, index) => {
      const count = Math.min(smoothSteps, 1 + Math.floor(index / 4));
      return ((sums[index + 1] ?? 0) - (sums[index + 1 - count] ?? 0)) / count;
    });
  }
}
