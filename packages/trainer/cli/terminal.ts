/** Where a command writes. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  error(text: string): void;
  /** Whether standard error is a terminal that can redraw a line. */
  readonly isInteractive: boolean;
}

function writeAll(file: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
  } catch (error) {
    // Somebody who reads only the first lines (`| head`) is no reason to stop a run.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** The console of this process. */
export const consoleTerminal: Terminal = {
  out: (text) => writeAll(Deno.stdout, text),
  error: (text) => writeAll(Deno.stderr, text),
  get isInteractive() {
    return Deno.stderr.isTerminal();
  },
};
