import { assertEquals } from "@std/assert";
import { checkRequest } from "./check_request.ts";

function statusOf(host: string | undefined, method = "GET", target = "/"): number | undefined {
  return checkRequest({ method, host, target }, 8024)?.status;
}

Deno.test("checkRequest answers loopback names on its own port", () => {
  assertEquals(statusOf("127.0.0.1:8024"), undefined);
  assertEquals(statusOf("localhost:8024"), undefined);
});

Deno.test("checkRequest refuses other hosts and ports, so that no other name can be made to mean loopback", () => {
  for (
    const host of ["evil.example", "evil.example:8024", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8024"]
  ) {
    assertEquals(statusOf(host), 421, host);
  }
});

Deno.test("checkRequest refuses a request without a host, and a target that is no path", () => {
  assertEquals(statusOf(undefined), 421);
  for (const target of ["http://evil.example/", "*", ""]) assertEquals(statusOf("127.0.0.1:8024", "GET", target), 400);
});

Deno.test("checkRequest refuses methods other than GET", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
    assertEquals(statusOf("127.0.0.1:8024", method), 405, method);
  }
});
