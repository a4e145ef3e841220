import type { DashboardOptions, DashboardServer } from "../dashboard_server.ts";
import { serveLoopback } from "../loopback/serve_loopback.ts";
import { answerRequest, type Site } from "./answer_request.ts";

/**
 * Serves a site on 127.0.0.1.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken
 */
export async function startServer(
  site: Site,
  { port }: DashboardOptions,
  patience?: number,
): Promise<DashboardServer> {
  const options = patience === undefined ? { port } : { port, patience };
  return await serveLoopback(
    (request, port) => answerRequest(request, site, { port, signal: request.signal }),
    options,
  );
}
