/** What a command did in a terminal. */
export interface TerminalOutcome {
  /** Its exit code. */
  readonly code: number;
  /** All that it wrote, control characters included. */
  readonly output: string;
}

/** How {@linkcode inTerminal} runs a command. */
export interface TerminalOptions {
  /** Where the user stands. */
  readonly cwd: string;
  /** Interrupts it, with the key that a user has for that, once it has written this. */
  readonly interruptAfter?: RegExp;
  /** Runs before the interruption; is given what was written. */
  readonly meanwhile?: (output: string) => Promise<void>;
}

/** Columns of the terminal: few, as on a phone or in a split window. */
const columns = 40;
const interruptKey = "\x03";
/** Milliseconds after which a command is taken to hang. */
const patience = 240_000;

/**
 * Runs a command of the shell in a pseudo-terminal (`script` of util-linux) with nothing of the user's environment but
 * what Deno needs to find its cache. A question of Deno's for a permission is an error.
 */
export async function inTerminal(command: string, options: TerminalOptions): Promise<TerminalOutcome> {
  const process = new Deno.Command("script", {
    args: ["-qec", `stty cols ${columns} rows 24; exec ${command}`, "/dev/null"],
    cwd: options.cwd,
    clearEnv: true,
    env: { ...keptEnvironment(), TERM: "xterm", NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), patience);
  try {
    const output = await follow(process, options);
    const { code } = await process.status;
    return { code, output };
  } finally {
    clearTimeout(timer);
    await process.stdin.close().catch(() => {});
    await process.stderr.cancel();
  }
}

function keptEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME"];
  return Object.fromEntries(names.flatMap((name) => Deno.env.has(name) ? [[name, Deno.env.get(name) ?? ""]] : []));
}

async function follow(process: Deno.ChildProcess, { interruptAfter, meanwhile }: TerminalOptions): Promise<string> {
  let output = "";
  let isInterrupted = false;
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (/\[y\/n|Allow\?/.test(output)) {
      process.kill("SIGKILL");
      throw new Error(`Cannot run without a question: ${screenOf(output).join("\n")}`);
    }
    if (isInterrupted || !interruptAfter?.test(output)) continue;
    isInterrupted = true;
    await meanwhile?.(output);
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(interruptKey));
    writer.releaseLock();
  }
  return output;
}

/**
 * The lines that a terminal shows after an output: carriage returns go back, and `ESC [ K` empties the rest of the
 * line.
 *
 * @param output All that was written
 */
export function screenOf(output: string): string[] {
  const lines = [""];
  let column = 0;
  // deno-lint-ignore no-control-regex -- a terminal is told by control characters
  for (const [token] of output.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[^]/gu)) {
    const line = lines.at(-1) ?? "";
    if (token === "\n") lines.push("");
    else if (token === "\r") column = 0;
    else if (token === "\x1b[K") lines[lines.length - 1] = line.slice(0, column);
    else if (!token.startsWith("\x1b")) {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + token + line.slice(column + 1);
      column++;
    }
    if (token === "\n") column = 0;
  }
  return lines;
}
