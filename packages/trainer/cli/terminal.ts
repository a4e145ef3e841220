import { codeOf } from "@beyond24/disk";

/** Where a command writes. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  error(text: string): void;
  /** Whether standard error is a terminal that can redraw a line. */
  readonly isInteractive: boolean;
  /** Width in characters; 80 where nobody knows. */
  readonly columns: number;
}

function writeAll(file: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
  } catch (error) {
    // Somebody who reads only the first lines (`| head`) or closes the terminal is no reason to stop a run.
    const isGone = error instanceof Deno.errors.BrokenPipe || ["EIO", "ENXIO"].includes(codeOf(error));
    if (!isGone) throw error;
  }
}

/** The console of this process. */
export const consoleTerminal: Terminal = {
  out: (text) => writeAll(Deno.stdout, text),
  error: (text) => writeAll(Deno.stderr, text),
  get isInteractive() {
    return Deno.stderr.isTerminal();
  },
  get columns() {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80;
    }
  },
};

/** Of a process beside others that would all say the same: the first of them says it. */
export const silentTerminal: Terminal = { out: () => {}, error: () => {}, isInteractive: false, columns: 80 };

/** Writes a line of its own to standard error where a bar may be drawn: the bar is drawn again below. */
export function writeAbove(terminal: Terminal, line: string): void {
  terminal.error(`${terminal.isInteractive ? "\r\x1b[K" : ""}${line}\n`);
}
