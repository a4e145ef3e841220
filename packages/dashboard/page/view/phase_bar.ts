import { type PhaseSpan, phaseSpans, type Recipe } from "@beyond24/recipe";

/** The phases of a recipe as a bar that fills. */
export class PhaseBar {
  readonly #host: HTMLElement;
  #spans: readonly PhaseSpan[] = [];
  #fills: readonly HTMLElement[] = [];

  /** Draws into an element with the role `progressbar`. */
  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Shows a recipe with no step done. */
  setRecipe(recipe: Recipe): void {
    this.#spans = phaseSpans(recipe);
    const segments = this.#spans.map(({ phase, start, end }) => {
      const segment = document.createElement("div");
      segment.className = `phase ${phase}`;
      segment.style.flexGrow = String(end - start);
      const label = document.createElement("span");
      label.textContent = `${phase} ${end - start}`;
      const fill = document.createElement("i");
      segment.append(fill, label);
      segment.title = `${phase} steps ${start + 1} to ${end}`;
      return { segment, fill };
    });
    this.#fills = segments.map(({ fill }) => fill);
    this.#host.replaceChildren(...segments.map(({ segment }) => segment));
    this.#host.ariaValueMax = String(this.#spans.at(-1)?.end ?? 0);
    this.setStep(0);
  }

  /** Shows how many steps are done. */
  setStep(step: number): void {
    for (const [index, { start, end }] of this.#spans.entries()) {
      const done = Math.min(1, Math.max(0, (step - start) / (end - start)));
      const fill = this.#fills[index];
      if (fill !== undefined) fill.style.width = `${100 * done}%`;
    }
    this.#host.ariaValueNow = String(step);
    const phase = this.#spans.find(({ end }) => step <= end)?.phase ?? "dense";
    this.#host.ariaValueText = `${step} of ${this.#spans.at(-1)?.end ?? 0} steps, ${phase}`;
  }
}
