import { UsageError } from "@beyond24/run";
import type { Terminal } from "./terminal.ts";

/** What the page needs besides training: it is bundled when it is served, and listens on loopback. */
const needed = [{ name: "run" }, { name: "env" }, { name: "net", host: "127.0.0.1" }] as const;

/**
 * Serves a page that follows a run, and prints its address.
 *
 * @param folder Folder of the run; it may not exist yet
 * @param terminal Where the address is printed
 * @returns Ends the server
 * @throws {UsageError} If the permissions for it are missing
 */
export async function watchRun(folder: string, terminal: Terminal): Promise<() => Promise<void>> {
  const missing = needed.filter((permission) => Deno.permissions.querySync(permission).state !== "granted");
  if (missing.length > 0) {
    throw new UsageError(
      `Cannot serve the dashboard as permissions are missing: current value is no ${
        missing.map(({ name }) => name).join(", ")
      }; use deno task train:watch`,
    );
  }
  // Loaded only here, so that training alone never loads a bundler.
  const { serveRun } = await import("@beyond24/dashboard");
  const { url, close } = await serveRun(folder, { port: 0 });
  terminal.out(`Dashboard: ${url}`);
  return close;
}
