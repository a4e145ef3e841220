import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { LoopbackRequest } from "./loopback_request.ts";

/** Where a loopback server listens. */
export interface LoopbackOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. Default 0. */
  readonly port?: number | undefined;
  /** Milliseconds that a connection may take to send its request, or may stay open between two. Default 10 000. */
  readonly patience?: number;
}

/** A server that is listening. */
export interface LoopbackServer {
  /** Its address, such as `http://127.0.0.1:8024/`. */
  readonly url: string;
  /** Ends open streams and stops listening. */
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1. Node's server is used as `Deno.serve` keeps a connection that says nothing for ever.
 *
 * @param answer Answers a request to this port; it never throws, and looks at the host itself ({@linkcode hostFault})
 * @param options Where to listen
 * @returns Address and end of the server
 * @throws {Deno.errors.AddrInUse} If the port is taken
 *
 * @example Greet
 * ```ts ignore
 * // Not run as a test: it listens on the network.
 * import { serveLoopback } from "@beyond24/dashboard/loopback";
 *
 * const { close } = await serveLoopback(() => Promise.resolve(new Response("Hello\n")), { port: 8024 });
 * await close();
 * ```
 */
export async function serveLoopback(
  answer: (request: LoopbackRequest, port: number) => Promise<Response>,
  { port: wanted = 0, patience = 10_000 }: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const stop = new AbortController();
  const timeouts = { headersTimeout: patience, requestTimeout: patience, keepAliveTimeout: patience };
  const server = createServer(
    { ...timeouts, connectionsCheckingInterval: patience / 10 },
    async (message, response) => {
      await send(await answer(requestOf(message, response, stop.signal), port), response);
    },
  );
  const port = await listen(server, wanted);
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

function requestOf(message: IncomingMessage, response: ServerResponse, stopped: AbortSignal): LoopbackRequest {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const { method = "", url = "", headers } = message;
  return {
    ...{ method, host: headers.host, target: url, contentType: headers["content-type"] },
    signal: AbortSignal.any([stopped, gone.signal]),
    readBody: (limit) => readBody(message, limit),
  };
}

async function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= limit ? new Uint8Array(Buffer.concat(chunks)) : undefined;
}

/** A client that goes away ends the body. */
async function send({ status, headers, body }: Response, response: ServerResponse): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) return void response.end();
  // flushHeaders lets an event stream open before its first event.
  response.flushHeaders();
  await pipeline(body, response).catch(() => {});
}
