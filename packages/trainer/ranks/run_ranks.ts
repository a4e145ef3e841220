import { exitCodes } from "../cli/exit_codes.ts";
import { stopSignals } from "../cli/stop_signal.ts";
import { serveRanks } from "./serve_ranks.ts";
import { torchEnvironment } from "./torch_ranks.ts";

/** What each rank runs. */
export interface RankProgram {
  /** Command. */
  readonly command: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables of the environment besides those that this process has. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a rank ended that should not have. */
interface Failure {
  readonly rank: number;
  readonly status: Deno.CommandStatus;
}

/** Ends that no other rank has to be ended for. */
const ends: readonly number[] = [exitCodes.done, exitCodes.interrupted, exitCodes.stoppedAtOnce];
/** Bytes of what a rank other than 0 says last. */
const LAST_WORDS = 4096;

/**
 * Runs a program in several processes of this machine, which find each other through `torchRanks`, until all have
 * ended. Rank 0 has the terminal; the others are heard only when they fail. Signals that ask to stop go to all of them.
 * When one fails, all are ended.
 *
 * @param size Number of ranks
 * @param program What each of them runs
 * @param onFailure Is told in one line which rank failed and how, unless it is rank 0, which has said so itself
 * @returns The exit code of the run
 */
export async function runRanks(
  size: number,
  { command, args, environment = {} }: RankProgram,
  onFailure: (line: string) => void,
): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  serveRanks(listener, size).catch(() => {}); // ranks that it leaves alone say so
  const children: Deno.ChildProcess[] = [];
  const stopForwarding = forwardSignals(children);
  for (let rank = 0; rank < size; rank++) {
    const child = new Deno.Command(command, {
      args: [...args],
      env: { ...environment, ...torchEnvironment(rank, size, port) },
      stdin: "null",
      stdout: rank === 0 ? "inherit" : "null",
      stderr: rank === 0 ? "inherit" : "piped",
    });
    children.push(child.spawn());
  }
  const words = children.map((child, rank) => rank === 0 ? Promise.resolve("") : lastWords(child.stderr));
  try {
    const failure = await firstFailure(children);
    if (failure === undefined) return (await children[0]?.status)?.code ?? exitCodes.internal;
    for (const child of children) end(child, "SIGKILL");
    await Promise.all(children.map(({ status }) => status));
    const { rank, status: { code, signal } } = failure;
    if (rank !== 0 || signal !== null) onFailure(describe(failure, await words[rank] ?? ""));
    return signal === null ? code : exitCodes.ranks;
  } finally {
    stopForwarding();
    close(listener); // where not all ranks have come
  }
}

function close(listener: Deno.Listener): void {
  try {
    listener.close();
  } catch {
    // All ranks have come.
  }
}

function describe({ rank, status: { code, signal } }: Failure, said: string): string {
  if (signal !== null) return `Cannot go on as rank ${rank} was ended by ${signal}`;
  const reason = said.trimEnd().split("\n").findLast((line) => line.startsWith("error: "))?.slice("error: ".length);
  return `Cannot go on as rank ${rank} ended with exit code ${code}: ${reason ?? "it did not say why"}`;
}

/** The first rank that fails; undefined when all have ended well. */
async function firstFailure(children: readonly Deno.ChildProcess[]): Promise<Failure | undefined> {
  const { promise, resolve } = Promise.withResolvers<Failure>();
  const all = Promise.all(children.map(async (child, rank) => {
    const status = await child.status;
    if (status.signal !== null || !ends.includes(status.code)) resolve({ rank, status });
  }));
  return await Promise.race([promise, all.then(() => undefined)]);
}

async function lastWords(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const piece of stderr.pipeThrough(new TextDecoderStream())) text = (text + piece).slice(-LAST_WORDS);
  return text;
}

function forwardSignals(children: readonly Deno.ChildProcess[]): () => void {
  const listeners = stopSignals.map((name) => [name, () => children.forEach((child) => end(child, name))] as const);
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  return () => {
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
  };
}

function end(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already.
  }
}
