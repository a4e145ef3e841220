import { TextLineStream } from "./text_line_stream.ts";

/** A process that does the same work with another library: one line in, one run, its milliseconds out. */
export interface Peer {
  /** Library and version. */
  readonly name: string;
  /** Runs once. */
  run(): Promise<number>;
  /** Ends the process. */
  close(): Promise<void>;
}

/**
 * Starts a peer. Its first line is `{"name": …}`, or `{"skip": reason}` when the library is not there; then it answers
 * every line with `{"ms": …}`.
 *
 * @returns The peer, or the reason why there is none
 */
export async function startPeer(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Peer | { readonly skipped: string }> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, { args: [...args], env, stdin: "piped", stdout: "piped", stderr: "null" })
      .spawn();
  } catch (error) {
    return { skipped: `${command} does not start (${error instanceof Error ? error.message : error})` };
  }
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
  const input = child.stdin.getWriter();
  const read = async (): Promise<Record<string, unknown>> => {
    const { value } = await lines.read();
    return value === undefined ? { skip: "it ended without a word" } : JSON.parse(value);
  };
  const close = async () => {
    await input.close().catch(() => {});
    await lines.cancel();
    await child.status;
  };
  const { name, skip } = await read();
  if (typeof name !== "string") {
    await close();
    return { skipped: String(skip) };
  }
  const line = new TextEncoder().encode("run\n");
  const run = async (): Promise<number> => {
    await input.write(line);
    const { ms } = await read();
    if (typeof ms !== "number") throw new Error(`Cannot measure ${name} as it gave no time`);
    return ms;
  };
  return { name, run, close };
}
