import type { DashboardOptions, DashboardServer } from "./dashboard_server.ts";
import { pageAssets } from "./server/page_assets.ts";
import { startServer } from "./server/start_server.ts";

/**
 * Serves a page that shows a run of `train` and follows it while it goes on; the page that trains in the
 * browser is one click away. Of the folder only the run's own files are served, and only for reading.
 *
 * It needs to read the folder and to listen on 127.0.0.1.
 *
 * @param folder Folder of the run; its files may be written later
 * @param options Where to listen
 * @returns Address and end of the server
 * @throws {Deno.errors.AddrInUse} If the port is taken
 *
 * @example Watch a run until a key is pressed
 * ```ts ignore
 * // Not run as a test: it listens on the network.
 * import { serveRun } from "@beyond24/dashboard";
 *
 * const { url, close } = await serveRun("runs/tiny", { port: 8024 });
 * alert(`Open ${url}`);
 * await close();
 * ```
 */
export function serveRun(folder: string, options: DashboardOptions = {}): Promise<DashboardServer> {
  return startServer({ assets: pageAssets, home: "/run.html", folder }, options);
}
