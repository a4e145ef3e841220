import { exitCodes } from "./exit_codes.ts";
import { type Terminal, writeAbove } from "./terminal.ts";

/** Listens to the signals that ask to stop until it is disposed of. */
export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

const isWindows = Deno.build.os === "windows";
/** Sent by a person, who is in a hurry the second time. */
const urgent: readonly Deno.Signal[] = isWindows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
/** Sent by a session that ends, often twice, and by schedulers that will kill what does not stop. */
const patient: readonly Deno.Signal[] = isWindows ? ["SIGHUP"] : ["SIGHUP", "SIGUSR1", "SIGUSR2"];
/** All signals that ask to stop. */
export const stopSignals: readonly Deno.Signal[] = [...urgent, ...patient];

/**
 * Milliseconds in which several signals are one: `deno task` sends its process the Ctrl-C that the terminal has sent it
 * already.
 */
const onePress = 250;

/**
 * Every signal asks to stop where the command can go on later. A second SIGINT or SIGTERM stops the process at once;
 * the others may come again while it saves.
 *
 * @param terminal Hears of it
 * @param where Where it stops, for the message: `after this step, with a checkpoint`
 */
export function stopSignal(terminal: Terminal, where: string): StopSignal {
  const controller = new AbortController();
  const ask = () => {
    if (controller.signal.aborted) return;
    writeAbove(terminal, `Stopping ${where}; Ctrl-C or SIGTERM once more to stop at once`);
    controller.abort();
  };
  let first: number | undefined;
  const demand = () => {
    first ??= performance.now();
    if (performance.now() - first < onePress) return ask();
    writeAbove(terminal, "Stopped at once");
    Deno.exit(exitCodes.stoppedAtOnce);
  };
  for (const name of urgent) Deno.addSignalListener(name, demand);
  for (const name of patient) Deno.addSignalListener(name, ask);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of urgent) Deno.removeSignalListener(name, demand);
      for (const name of patient) Deno.removeSignalListener(name, ask);
    },
  };
}
