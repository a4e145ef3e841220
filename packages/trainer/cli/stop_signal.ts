import { exitCodes } from "./exit_codes.ts";
import { type Terminal, writeAbove } from "./terminal.ts";

/** Listens to SIGINT and SIGTERM until it is disposed of. */
export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/** The first SIGINT or SIGTERM asks to stop, the second one stops the process. */
export function stopSignal(terminal: Terminal): StopSignal {
  const controller = new AbortController();
  const names: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  const listener = () => {
    if (controller.signal.aborted) {
      writeAbove(terminal, "Stopped at once");
      Deno.exit(exitCodes.interrupted);
    }
    writeAbove(terminal, "Stopping after this step, with a checkpoint; once more to stop at once");
    controller.abort();
  };
  for (const name of names) Deno.addSignalListener(name, listener);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of names) Deno.removeSignalListener(name, listener);
    },
  };
}
