import type { DashboardOptions, DashboardServer } from "./dashboard_server.ts";
import { pageAssets } from "./server/page_assets.ts";
import { startServer } from "./server/start_server.ts";

/**
 * Serves the page that trains a model in the browser.
 *
 * It needs to listen on 127.0.0.1.
 *
 * @param options Where to listen
 * @returns Address and end of the server
 * @throws {Deno.errors.AddrInUse} If the port is taken
 *
 * @example Serve the page until a key is pressed
 * ```ts ignore
 * // Not run as a test: it listens on the network.
 * import { servePage } from "@beyond24/dashboard";
 *
 * const { url, close } = await servePage({ port: 8024 });
 * alert(`Open ${url}`);
 * await close();
 * ```
 */
export function servePage(options: DashboardOptions = {}): Promise<DashboardServer> {
  return startServer({ assets: pageAssets, home: "/train.html" }, options);
}
