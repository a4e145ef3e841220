import { UsageError } from "@beyond24/run";
import type { Terminal } from "./terminal.ts";

/** What the page needs besides training. */
const needed = { name: "net", host: "127.0.0.1" } as const;

/**
 * Serves a page that follows a run, and prints its address.
 *
 * @param folder Folder of the run; it may not exist yet
 * @param terminal Where the address is printed
 * @returns Ends the server
 * @throws {UsageError} If the permission for it is missing
 */
export async function watchRun(folder: string, terminal: Terminal): Promise<() => Promise<void>> {
  if (Deno.permissions.querySync(needed).state !== "granted") {
    throw new UsageError(
      `Cannot serve the dashboard as it needs the permission to listen on ${needed.host}: use deno task train:watch`,
    );
  }
  // Loaded only here, so that training alone never loads the page.
  const { serveRun } = await import("@beyond24/dashboard");
  const { url, close } = await serveRun(folder, { port: 0 });
  terminal.out(`Dashboard: ${url}\n`);
  return close;
}
