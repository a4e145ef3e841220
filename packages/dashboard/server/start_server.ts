import type { DashboardOptions, DashboardServer } from "../dashboard_server.ts";
import { answerRequest, type Site } from "./answer_request.ts";

/** Serves a site on 127.0.0.1. */
export function startServer(site: Site, options: DashboardOptions): DashboardServer {
  const stop = new AbortController();
  const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, signal: stop.signal, onListen: () => {} },
    (request) => answerRequest(request, site, { port, signal: stop.signal }),
  );
  const port: number = server.addr.port;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      stop.abort();
      await server.finished;
    },
  };
}
