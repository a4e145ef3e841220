/** What of a request decides how it is answered. */
export interface PageRequest {
  /** `GET`, or what is refused. */
  readonly method: string;
  /** The header `Host`. */
  readonly host: string | undefined;
  /** Path and query as they were sent. */
  readonly target: string;
}

/**
 * Says why a request is refused, or nothing.
 *
 * A page of another site can make its own host name mean 127.0.0.1 (DNS rebinding) and then read what it likes, but its
 * requests carry that name in `Host`: so only loopback names are answered, and never a request without one.
 */
export function checkRequest({ method, host, target }: PageRequest, port: number): Response | undefined {
  if (host === undefined || ![`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) {
    return refuse(421, `Cannot answer as the host must be 127.0.0.1:${port}`);
  }
  if (method !== "GET") return refuse(405, "Cannot answer as the method must be GET", { allow: "GET" });
  if (!target.startsWith("/")) return refuse(400, "Cannot answer as the target must be a path");
  return undefined;
}

function refuse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}
