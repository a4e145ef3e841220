import { assertEquals } from "@std/assert";
import { serveLoopback } from "./serve_loopback.ts";

Deno.test("serveLoopback reads a body up to a limit, and one byte more as a whole without keeping it", async () => {
  const { url, close } = await serveLoopback(async (request) => {
    const body = await request.readBody(100_000);
    return new Response(body === undefined ? "more" : String(body.length));
  });
  const lengthOf = async (bytes: number) =>
    await (await fetch(url, { method: "POST", body: new Uint8Array(bytes) })).text();
  for (const bytes of [0, 1, 99_999, 100_000]) assertEquals(await lengthOf(bytes), String(bytes));
  for (const bytes of [100_001, 5_000_000]) assertEquals(await lengthOf(bytes), "more");
  await close();
});

Deno.test("serveLoopback tells who answers when the client is gone, and when the server closes", async () => {
  const ends: string[] = [];
  const { promise: bothEnded, resolve } = Promise.withResolvers<void>();
  const { url, close } = await serveLoopback((request) => {
    request.signal.addEventListener("abort", () => ends.push(request.target) === 2 && resolve());
    return Promise.resolve(new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) })));
  });
  const leave = new AbortController();
  await fetch(`${url}left`, { signal: leave.signal });
  const kept = await fetch(`${url}kept`);
  leave.abort();
  while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(ends, ["/left"]);
  await close();
  await bothEnded;
  assertEquals(ends, ["/left", "/kept"]);
  await kept.body?.cancel().catch(() => {});
});
