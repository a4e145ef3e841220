import sampleText from "../sample_text.txt" with { type: "text" };
import { findElement, setText } from "./find_element.ts";
import { formatCount } from "@beyond24/run/view";

/** Largest file that is read, in bytes. */
const mostBytes = 64 * 1024 * 1024;

/** The text to learn: ours, pasted, dropped or chosen. */
export class TextSource {
  readonly #area = findElement("text", HTMLTextAreaElement);
  readonly #zone = findElement("drop-zone", HTMLElement);
  readonly #onProblem: (message: string) => void;

  /** Wires the part of the page that holds the text; `onProblem` hears of files that cannot be read. */
  constructor(onProblem: (message: string) => void) {
    this.#onProblem = onProblem;
    this.#area.addEventListener("input", () => this.#describe("yours"));
    const file = findElement("file", HTMLInputElement);
    file.addEventListener("change", () => this.#read(file.files?.[0]));
    findElement("use-sample", HTMLButtonElement).addEventListener("click", () => this.#useSample());
    this.#acceptDrops();
    this.#useSample();
  }

  /** The text. */
  get text(): string {
    return this.#area.value;
  }

  #useSample(): void {
    this.#area.value = sampleText;
    this.#describe("the sample");
  }

  #describe(name: string): void {
    const bytes = new TextEncoder().encode(this.#area.value).length;
    setText("text-name", `${name}, ${formatCount(bytes)} bytes`);
  }

  #acceptDrops(): void {
    const over = (event: DragEvent, isOver: boolean) => {
      event.preventDefault();
      this.#zone.classList.toggle("over", isOver);
    };
    // A file dropped beside the zone would replace the page.
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      over(event, false);
      this.#take(event.dataTransfer);
    });
    this.#zone.addEventListener("dragover", (event) => over(event, true));
    this.#zone.addEventListener("dragleave", (event) => over(event, false));
  }

  /** A file, or text that was dragged from somewhere. */
  #take(dropped: DataTransfer | null): void {
    const text = dropped?.getData("text/plain") ?? "";
    if (text === "") {
      this.#read(dropped?.files[0]);
      return;
    }
    this.#area.value = text;
    this.#describe("yours");
  }

  async #read(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > mostBytes) {
      this.#onProblem(`Cannot read ${file.name} as it must be at most 64 MiB: current value is ${file.size} bytes`);
      return;
    }
    try {
      this.#area.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      this.#describe(file.name);
    } catch {
      this.#onProblem(`Cannot read ${file.name} as it must be UTF-8 text`);
    }
  }
}
