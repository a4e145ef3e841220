import type { Sample } from "../training/protocol.ts";

/** Samples that stay in the list. */
const mostSamples = 30;

/** What the model wrote, newest first. */
export class SamplesList {
  readonly #host: HTMLElement;
  readonly #empty: readonly Node[];

  /** Fills a list; what it holds now is what an empty one shows. */
  constructor(host: HTMLElement) {
    this.#host = host;
    this.#empty = [...host.childNodes];
  }

  /** Adds a sample on top. */
  add({ step, phase, prompt, text }: Sample): void {
    this.#host.querySelector(".empty")?.remove();
    const item = document.createElement("li");
    item.append(span("when", `step ${step}, ${phase}`), span("prompt", prompt), visible(text));
    this.#host.prepend(item);
    while (this.#host.childElementCount > mostSamples) this.#host.lastElementChild?.remove();
  }

  /** Removes all. */
  clear(): void {
    this.#host.replaceChildren(...this.#empty);
  }
}

function span(className: string, text: string): HTMLSpanElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** Control characters would be invisible. */
function visible(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, "\ufffd");
}
