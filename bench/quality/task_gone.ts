import { callersFolder } from "../../packages/trainer/cli/permissions.ts";

/** Milliseconds between two looks. */
const looks = 1000;

/**
 * Aborts when the `deno task` that has started this process is gone: a kill -9 of it reaches nobody else. Started in
 * another way a process may outlive what has started it, such as a shell.
 */
export function taskGone(): AbortSignal {
  const gone = new AbortController();
  if (!isOfTask()) return gone.signal;
  const { ppid } = Deno;
  Deno.unrefTimer(setInterval(() => Deno.ppid === ppid || gone.abort(), looks));
  return gone.signal;
}

function isOfTask(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: callersFolder });
  return state === "granted" && Deno.env.has(callersFolder);
}
