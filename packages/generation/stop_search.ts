/** A part of a text that may be shown. */
export interface ShownText {
  /** What is certain not to be part of a stop string. */
  readonly text: string;
  /** Whether a stop string has come: nothing of it and nothing behind it is shown. */
  readonly isStopped: boolean;
}

/**
 * Looks for strings at which a text ends while the text comes in parts. A part is held back as long as it may be the
 * beginning of such a string, so that none of it is ever shown.
 *
 * @example A stop string that comes in two parts
 * ```ts
 * import { StopSearch } from "@beyond24/generation";
 * import { assertEquals } from "@std/assert";
 *
 * const search = new StopSearch(["\n\n"]);
 * assertEquals(search.push("one\n"), { text: "one", isStopped: false });
 * assertEquals(search.push("\ntwo"), { text: "", isStopped: true });
 * ```
 */
export class StopSearch {
  readonly #stops: readonly string[];
  #held = "";

  /**
   * A search from the beginning of a text.
   *
   * @param stops Strings at which it ends; empty ones are never found
   */
  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /**
   * Takes the next part.
   *
   * @param part Text
   * @returns What may be shown of it and of what was held back; nothing more is to be pushed once it has stopped
   */
  push(part: string): ShownText {
    const text = this.#held + part;
    const ends = this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    if (ends.length > 0) return this.#show(text, Math.min(...ends), true);
    return this.#show(text, text.length - this.#beginning(text), false);
  }

  /** What was held back, when the text is over without a stop string. */
  end(): string {
    return this.#show(this.#held, this.#held.length, false).text;
  }

  #show(text: string, end: number, isStopped: boolean): ShownText {
    this.#held = isStopped ? "" : text.slice(end);
    return { text: text.slice(0, end), isStopped };
  }

  /** Characters at the end of a text with which a stop string begins. */
  #beginning(text: string): number {
    const longest = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    for (let count = Math.min(longest, text.length); count > 0; count--) {
      const tail = text.slice(text.length - count);
      if (this.#stops.some((stop) => stop.startsWith(tail))) return count;
    }
    return 0;
  }
}
