import { trainingPresets } from "@beyond24/recipe";
import type { ActivationPicture } from "../training/activation_probe.ts";
import { findElement, setText } from "../view/find_element.ts";
import { ActivationMatrix } from "./activation_matrix.ts";
import { drawBlock, drawOverview, overviewSize } from "./activation_view.ts";
import { onSchemeChange } from "./color.ts";
import { ExpertChooser } from "./expert_chooser.ts";
import { PictureAlbum } from "./picture_album.ts";
import { prepareCanvas } from "./prepare_canvas.ts";

/** Width of a column of the enlarged block in CSS pixels, by M. */
const columnWidth = (blockColumns: number) => blockColumns <= 16 ? 8 : blockColumns <= 32 ? 5 : 3;

/** The part of the page with the activations: overview, block, what to choose, words. */
export class ActivationPanel {
  readonly #overview = findElement("overview", HTMLCanvasElement);
  readonly #block = findElement("block", HTMLCanvasElement);
  readonly #moment = findElement("moment", HTMLInputElement);
  readonly #album = new PictureAlbum();
  readonly #chooser: ExpertChooser;
  #blockColumns = 16;
  #matrix: ActivationMatrix | undefined;

  /** Finds its parts in the page. */
  constructor() {
    this.#chooser = new ExpertChooser(findElement("experts", HTMLElement), () => this.#draw());
    this.#moment.addEventListener("input", () => this.#show());
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
    this.#album.clear();
    this.#moment.value = this.#moment.max = "0";
    this.#moment.disabled = true;
    setText("moment-readout", "");
    setText("block-note", `64 × ${blockColumns}, enlarged`);
    setText("overview-note", `${overviewSize} tokens × ${Math.min(dFfn, overviewSize)} of ${dFfn} neurons`);
    setText("activation-text", "Every row is a token, every column a neuron. The picture begins with the first step.");
  }

  /** Adds activations, and shows them unless the person looks at earlier ones. */
  add(picture: ActivationPicture): void {
    const isFollowing = Number(this.#moment.value) >= this.#album.length - 1;
    this.#album.add(picture);
    const last = this.#album.length - 1;
    this.#moment.max = String(last);
    this.#moment.disabled = last === 0;
    if (!isFollowing) return;
    this.#moment.value = String(last);
    this.#show();
  }

  /** Shows the picture of the chosen moment. */
  #show(): void {
    const picture = this.#album.at(Number(this.#moment.value));
    if (picture === undefined) return;
    const matrix = new ActivationMatrix(picture, this.#blockColumns);
    this.#matrix = matrix;
    this.#chooser.setExperts(picture.experts, busiest(matrix));
    this.#draw();
    const { step, phase, experts, values } = picture;
    const nonzero = values.reduce((count, value) => count + Number(value > 0), 0);
    const zeros = Math.round(100 * (1 - nonzero / (values.length * experts)));
    const when = `after step ${step}, ${phase}`;
    this.#moment.ariaValueText = when;
    setText("moment-readout", when);
    this.#overview.ariaLabel = `Hidden activations, tokens by neurons, ${when}: ${zeros} % zeros`;
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
