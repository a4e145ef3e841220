import { hostFault } from "../loopback/host_fault.ts";

/** What of a request decides how it is answered. */
export interface PageRequest {
  /** `GET`, or what is refused. */
  readonly method: string;
  /** The header `Host`. */
  readonly host: string | undefined;
  /** Path and query as they were sent. */
  readonly target: string;
}

/** Says why a request is refused, or nothing. */
export function checkRequest({ method, host, target }: PageRequest, port: number): Response | undefined {
  const fault = hostFault(host, port);
  if (fault !== undefined) return refuse(421, fault);
  if (method !== "GET") return refuse(405, "Cannot answer as the method must be GET", { allow: "GET" });
  if (!target.startsWith("/")) return refuse(400, "Cannot answer as the target must be a path");
  return undefined;
}

function refuse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}
