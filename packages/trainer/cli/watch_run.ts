import type { DashboardServer } from "@beyond24/dashboard";
import { UsageError } from "@beyond24/run";
import { firstPort, loopback } from "./permissions.ts";
import type { Terminal } from "./terminal.ts";

/** Ports that are tried in turn, so that an address holds from run to run: as many as runs are watched at a time. */
const ports = Array.from({ length: 16 }, (_, index) => firstPort + index);

/**
 * Serves a page that follows a run, and prints its address.
 *
 * @param folder Folder of the run; it may not exist yet
 * @param terminal Where the address is printed
 * @returns Ends the server
 * @throws {UsageError} If the permission for it is missing
 */
export async function watchRun(folder: string, terminal: Terminal): Promise<() => Promise<void>> {
  if (Deno.permissions.querySync({ name: "net", host: loopback }).state !== "granted") {
    throw new UsageError(
      `Cannot serve the dashboard as it needs the permission to listen on ${loopback}: use deno task train:watch`,
    );
  }
  const { url, close } = await serveOnFreePort(folder);
  terminal.out(`page    ${url}\n`);
  return close;
}

async function serveOnFreePort(folder: string): Promise<DashboardServer> {
  // Loaded only here, so that training alone never loads the page.
  const { serveRun } = await import("@beyond24/dashboard");
  for (const port of ports) {
    try {
      return await serveRun(folder, { port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return await serveRun(folder, { port: 0 });
}
