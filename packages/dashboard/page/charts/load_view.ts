import { color, expertColor, onSchemeChange } from "./color.ts";
import { prepareCanvas, type PreparedCanvas } from "./prepare_canvas.ts";

/** Tokens of each expert in one step. */
export interface StepLoad {
  readonly step: number;
  readonly load: readonly number[];
}

/** Shares of tokens of each expert, step by step: a column a step, a colour an expert. */
export class LoadView {
  readonly #canvas: HTMLCanvasElement;
  #steps: StepLoad[] = [];
  #total = 1;

  /** Draws into a canvas. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    onSchemeChange(() => this.#draw());
  }

  /** Forgets all steps; there will be `total`. */
  reset(total: number): void {
    this.#steps = [];
    this.#total = total;
    this.#canvas.ariaLabel = "Share of tokens that each expert gets, by step: no sparse step yet";
    this.#draw();
  }

  /** Adds sparse steps and says what the last one was like, in words. */
  append(steps: readonly StepLoad[]): string {
    this.#steps.push(...steps);
    const last = this.#steps.at(-1);
    if (steps.length > 0) this.#draw();
    if (last === undefined) return "";
    const sum = last.load.reduce((total, count) => total + count, 0);
    const shares = last.load.map((count) => `${Math.round(100 * count / sum)} %`);
    this.#canvas.ariaLabel = `Share of tokens that each expert gets. At step ${last.step}: ${shares.join(", ")}`;
    return `step ${last.step}: ${Math.min(...last.load)} to ${Math.max(...last.load)} of ${sum} tokens an expert`;
  }

  #draw(): void {
    const target = prepareCanvas(this.#canvas);
    if (target === undefined) return;
    const { context, width, height } = target;
    const stepWidth = width / this.#total;
    const experts = this.#steps[0]?.load.length ?? 0;
    const colors = Array.from({ length: experts }, (_, expert) => expertColor(expert, experts));
    for (const { step, load } of this.#steps) {
      const sum = load.reduce((total, count) => total + count, 0);
      let top = 0;
      for (const [expert, count] of load.entries()) {
        const share = height * count / sum;
        context.fillStyle = colors[expert] ?? "";
        context.fillRect((step - 1) * stepWidth, top, stepWidth + 0.5, share + 0.3);
        top += share;
      }
    }
    drawEvenShares(target, experts);
  }
}

/** Lines where the borders would be if all experts had the same number of tokens. */
function drawEvenShares({ context, width, height }: PreparedCanvas, experts: number): void {
  context.strokeStyle = color("--surface");
  context.globalAlpha = 0.7;
  context.setLineDash([3, 4]);
  for (let expert = 1; expert < experts; expert++) {
    context.beginPath();
    context.moveTo(0, height * expert / experts);
    context.lineTo(width, height * expert / experts);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}
