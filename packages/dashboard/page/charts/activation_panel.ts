import { trainingPresets } from "@beyond24/recipe";
import type { ActivationPicture } from "../training/activation_probe.ts";
import { findElement, setText } from "../view/find_element.ts";
import { ActivationMatrix } from "./activation_matrix.ts";
import { drawBlock, drawOverview, overviewSize } from "./activation_view.ts";
import { onSchemeChange } from "./color.ts";
import { ExpertChooser } from "./expert_chooser.ts";
import { prepareCanvas } from "./prepare_canvas.ts";

/** Width of a column of the enlarged block in CSS pixels, by M. */
const columnWidth = (blockColumns: number) => blockColumns <= 16 ? 8 : blockColumns <= 32 ? 5 : 3;

/** The part of the page with the activations: overview, block, chooser of experts, words. */
export class ActivationPanel {
  readonly #overview = findElement("overview", HTMLCanvasElement);
  readonly #block = findElement("block", HTMLCanvasElement);
  readonly #chooser: ExpertChooser;
  #blockColumns = 16;
  #matrix: ActivationMatrix | undefined;

  /** Finds its parts in the page. */
  constructor() {
    this.#chooser = new ExpertChooser(findElement("experts", HTMLElement), () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.#overview);
    onSchemeChange(() => this.#draw());
  }

  /** Clears the pictures; M from now on is `blockColumns`. */
  reset(blockColumns: number): void {
    const { dFfn } = trainingPresets.tiny.model;
    this.#blockColumns = blockColumns;
    this.#matrix = undefined;
    this.#block.style.width = `${blockColumns * columnWidth(blockColumns)}px`;
    for (const canvas of [this.#overview, this.#block]) prepareCanvas(canvas);
    this.#chooser.setExperts(0);
    setText("block-note", `64 × ${blockColumns}, enlarged`);
    setText("overview-note", `${overviewSize} tokens × ${Math.min(dFfn, overviewSize)} of ${dFfn} neurons`);
    setText("activation-text", "Every row is a token, every column a neuron. The picture begins with the first step.");
  }

  /** Shows activations. */
  show(picture: ActivationPicture): void {
    const matrix = new ActivationMatrix(picture, this.#blockColumns);
    this.#matrix = matrix;
    this.#chooser.setExperts(picture.experts, busiest(matrix));
    this.#draw();
    const { step, phase, experts, values } = picture;
    const nonzero = values.reduce((count, value) => count + Number(value > 0), 0);
    const zeros = Math.round(100 * (1 - nonzero / (values.length * experts)));
    this.#overview.ariaLabel = `Hidden activations, tokens by neurons, after step ${step}, ${phase}: ${zeros} % zeros`;
    this.#block.ariaLabel = this.#blockLabel(picture);
    setText("activation-text", this.#words(picture));
  }

  #draw(): void {
    if (this.#matrix === undefined) return;
    const chosen = { expert: this.#chooser.chosen, blockColumns: this.#blockColumns };
    drawOverview(this.#overview, this.#matrix, chosen);
    drawBlock(this.#block, this.#matrix, chosen);
  }

  #blockLabel({ phase, step }: ActivationPicture): string {
    const size = `64 tokens by ${this.#blockColumns} neurons after step ${step}`;
    if (phase === "dense") return `One block of ${size}, dense`;
    return `One block of ${size}: only the four columns of expert ${
      this.#chooser.chosen + 1
    }, two of them in every row`;
  }

  #words({ phase, experts }: ActivationPicture): string {
    if (phase === "dense") {
      return "Dense: every token (row) meets every neuron (column). Stronger is darker; blank is zero.";
    }
    return `Sparse: tokens (rows) are sorted by the ${experts} experts, a colour each. In every block of ` +
      `${this.#blockColumns} columns only the expert's four are computed, and of these two are kept in each row.`;
  }
}

function busiest({ experts, rows }: ActivationMatrix): number {
  const counts = Array.from({ length: experts }, (_, expert) => rows.filter((row) => row.expert === expert).length);
  return counts.indexOf(Math.max(...counts));
}
