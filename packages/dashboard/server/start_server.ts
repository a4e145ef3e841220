import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { DashboardOptions, DashboardServer } from "../dashboard_server.ts";
import { answerRequest, type Site } from "./answer_request.ts";

/** Milliseconds that a connection may take to send its request, or may stay open between two. */
const defaultPatience = 10_000;

/**
 * Serves a site on 127.0.0.1. Node's server is used as `Deno.serve` keeps a connection that says nothing for ever.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken
 */
export async function startServer(
  site: Site,
  options: DashboardOptions,
  patience = defaultPatience,
): Promise<DashboardServer> {
  const stop = new AbortController();
  const timeouts = { headersTimeout: patience, requestTimeout: patience, keepAliveTimeout: patience };
  const server = createServer(
    { ...timeouts, connectionsCheckingInterval: patience / 10 },
    async (message, response) => {
      await send(await answerRequest(requestOf(message), site, { port, signal: stop.signal }), response);
    },
  );
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      stop.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject("code" in error && error.code === "EADDRINUSE" ? new Deno.errors.AddrInUse(error.message) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" ? address?.port ?? port : port);
    });
  });
}

function requestOf({ method = "", url = "", headers }: IncomingMessage) {
  return { method, host: headers.host, target: url };
}

/** A browser that goes away ends the body. */
async function send({ status, headers, body }: Response, response: ServerResponse): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) return void response.end();
  // flushHeaders lets an event stream open before its first event.
  response.flushHeaders();
  await pipeline(body, response).catch(() => {});
}
