/**
 * Says why a request is not answered for the host that it names, or nothing.
 *
 * A page of another site can make its own host name mean 127.0.0.1 (DNS rebinding) and then read what it likes, but its
 * requests carry that name in `Host`: so only loopback names are answered, and never a request without one.
 *
 * @param host The header `Host`
 * @param port The port that the server listens on
 * @returns One line, to be sent with status 421
 *
 * @example A name that was made to mean 127.0.0.1
 * ```ts
 * import { hostFault } from "@beyond24/dashboard/loopback";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hostFault("localhost:8024", 8024), undefined);
 * assertEquals(hostFault("evil.example:8024", 8024), "Cannot answer as the host must be 127.0.0.1:8024");
 * ```
 */
export function hostFault(host: string | undefined, port: number): string | undefined {
  if (host !== undefined && [`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) return undefined;
  return `Cannot answer as the host must be 127.0.0.1:${port}`;
}
