import { findElement } from "../view/find_element.ts";
import { expertColor, onSchemeChange } from "./color.ts";

/** Radio buttons, one an expert, in their colours. */
export class ExpertChooser {
  readonly #host: HTMLElement;
  readonly #onChoose: (expert: number) => void;
  #experts = 0;
  #chosen = 0;

  /** Fills an element with the role `radiogroup`. */
  constructor(host: HTMLElement, onChoose: (expert: number) => void) {
    this.#host = host;
    this.#onChoose = onChoose;
    onSchemeChange(() => this.#build());
  }

  /** The expert that is shown. */
  get chosen(): number {
    return this.#chosen;
  }

  /** Offers so many experts, none when there is one only; where the number changes, `chosen` is chosen. */
  setExperts(experts: number, chosen = 0): void {
    if (experts === this.#experts) return;
    this.#experts = experts;
    this.#chosen = chosen;
    this.#build();
  }

  #build(): void {
    const buttons = Array.from({ length: this.#experts > 1 ? this.#experts : 0 }, (_, expert) => this.#button(expert));
    this.#host.replaceChildren(...buttons);
    findElement("chooser", HTMLElement).hidden = buttons.length === 0;
  }

  #button(expert: number): HTMLLabelElement {
    const label = document.createElement("label");
    label.style.color = expertColor(expert, this.#experts);
    label.title = `Block of expert ${expert + 1}`;
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "expert";
    input.ariaLabel = `Expert ${expert + 1}`;
    input.checked = expert === this.#chosen;
    input.addEventListener("change", () => {
      this.#chosen = expert;
      this.#onChoose(expert);
    });
    label.append(input, String(expert + 1));
    return label;
  }
}
