import type { ScoreRow } from "@beyond24/run";
import { scoreTable } from "@beyond24/run/view";
import { findElement } from "../view/find_element.ts";

/** The table of what a run's models scored on tasks; hidden while there is nothing. */
export class ScoresView {
  readonly #section = findElement("scores", HTMLElement);
  readonly #table = findElement("scores-table", HTMLTableElement);
  #scores: readonly ScoreRow[] = [];

  /** Forgets all scores. */
  clear(): void {
    this.#scores = [];
    this.#draw();
  }

  /** New scores. */
  add(scores: readonly ScoreRow[]): void {
    this.#scores = [...this.#scores, ...scores];
    this.#draw();
  }

  #draw(): void {
    this.#section.hidden = this.#scores.length === 0;
    const { columns, rows } = scoreTable(this.#scores);
    const head = document.createElement("thead");
    head.append(line("th", ["task", ...columns]));
    const body = document.createElement("tbody");
    body.append(...rows.map(({ task, cells }) => line("td", [task, ...cells])));
    this.#table.replaceChildren(head, body);
  }
}

function line(tag: "td" | "th", texts: readonly string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
