/**
 * Says why a request is refused, or nothing.
 *
 * A page of another site can make its own host name mean 127.0.0.1 (DNS rebinding) and then read what it likes, but its
 * requests carry that name in `Host`: so only loopback names are answered.
 */
export function checkRequest(request: Request, port: number): Response | undefined {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) {
    return refuse(421, `Cannot answer as the host must be 127.0.0.1:${port}`);
  }
  if (request.method !== "GET") {
    return refuse(405, "Cannot answer as the method must be GET", { allow: "GET" });
  }
  return undefined;
}

function refuse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}
