/**
 * Offline stand-in for `ProgressBar` of `jsr:@std/cli`, with the options that this repository uses. Unlike the real one
 * it has no style of its own: a formatter must be given.
 *
 * `deno.json` links it so that the suite runs where JSR cannot be reached; the GitHub workflow also runs the suite, and
 * the tests beside this file, without the link, against the real package.
 * @module
 */

/** What a formatter is given. */
export interface ProgressBarFormatter {
  /** The bar: `###-------`. */
  readonly progressBar: string;
  /** Milliseconds since the bar began. */
  readonly time: number;
  /** The value. */
  readonly value: number;
  /** The value that means done. */
  readonly max: number;
}

/** How a bar looks, and where. */
export interface ProgressBarOptions {
  /** Where it is drawn. Default: standard error. */
  readonly writable?: WritableStream<Uint8Array>;
  /** The value it begins with. Default 0. */
  readonly value?: number;
  /** The value that means done. */
  readonly max: number;
  /** Characters of the bar. Default 50. */
  readonly barLength?: number;
  /** The character of what is done. Default `#`. */
  readonly fillChar?: string;
  /** The character of what is not. Default `-`. */
  readonly emptyChar?: string;
  /** Whether the line is emptied at the end. Default false. */
  readonly clear?: boolean;
  /** Writes the line. */
  readonly formatter: (formatter: ProgressBarFormatter) => string;
  /** Milliseconds between two drawings. Default 1000. */
  readonly interval?: number;
}

const emptyLine = "\r\x1b[K";

/** A line that is drawn again and again; it shows {@linkcode value}, which the caller sets. */
export class ProgressBar {
  /** What is done. */
  value: number;
  /** The value that means done. */
  max: number;
  readonly #options: Required<Omit<ProgressBarOptions, "writable" | "value" | "max">>;
  readonly #writer: WritableStreamDefaultWriter<string>;
  readonly #piped: Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #started = Date.now();

  /** Draws the line for the first time. */
  constructor({ writable = Deno.stderr.writable, value = 0, max, ...style }: ProgressBarOptions) {
    this.value = value;
    this.max = max;
    this.#options = { barLength: 50, fillChar: "#", emptyChar: "-", clear: false, interval: 1000, ...style };
    const encoder = new TextEncoderStream();
    this.#piped = encoder.readable.pipeTo(writable, { preventClose: true }).catch(() => clearInterval(this.#timer));
    this.#writer = encoder.writable.getWriter();
    this.#timer = setInterval(() => this.#draw(), this.#options.interval);
    this.#draw();
  }

  /** Draws the line for the last time, or empties it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#options.clear) this.#write(emptyLine);
    else {
      this.#draw();
      this.#write("\n");
    }
    await this.#writer.close().catch(() => {});
    await this.#piped;
  }

  #draw(): void {
    const { barLength, fillChar, emptyChar, formatter } = this.#options;
    const { value, max } = this;
    const filled = Math.trunc(Math.min(1, Math.max(0, value / max)) * barLength);
    const progressBar = fillChar.repeat(filled) + emptyChar.repeat(barLength - filled);
    this.#write(emptyLine + formatter({ progressBar, time: Date.now() - this.#started, value, max }));
  }

  #write(text: string): void {
    // Nobody may be there to read it any more.
    this.#writer.write(text).catch(() => {});
  }
}
