import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Site } from "./answer_request.ts";
import { startServer } from "./start_server.ts";

const site: Site = {
  assets: new Map([["/train.html", { body: "<h1>é</h1>", type: "text/html" }]]),
  home: "/train.html",
};

/** What a connection answers to some bytes, until it is closed. */
async function exchange(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  let answer = "";
  const decoder = new TextDecoder();
  for await (const bytes of connection.readable) answer += decoder.decode(bytes, { stream: true });
  return answer;
}

Deno.test("startServer answers on a free port, and not any more once it is closed", async () => {
  const { url, close } = await startServer(site, {});
  const response = await fetch(url);
  assertEquals([response.status, response.headers.get("content-type")], [200, "text/html"]);
  assertEquals(await response.text(), "<h1>é</h1>");
  await assertRejects(() => startServer(site, { port: Number(new URL(url).port) }), Deno.errors.AddrInUse);
  await close();
  await assertRejects(() => fetch(url));
});

Deno.test("startServer closes connections that say nothing, half of a request, or nothing more", async () => {
  const { url, close } = await startServer(site, {}, 200);
  const port = Number(new URL(url).port);
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
  const [silent, half, whole] = await Promise.all(["", request, `${request}\r\n`].map((text) => exchange(port, text)));
  for (const refused of [silent, half]) assert(refused?.startsWith("HTTP/1.1 408"), refused);
  assert(whole?.startsWith("HTTP/1.1 200"), whole);
  await close();
});

Deno.test("startServer refuses a request without Host, of either version of the protocol", async () => {
  const { url, close } = await startServer(site, {});
  const port = Number(new URL(url).port);
  const [older, newer] = await Promise.all(
    ["1.0", "1.1"].map((version) => exchange(port, `GET / HTTP/${version}\r\n\r\n`)),
  );
  assert(older?.startsWith("HTTP/1.1 421"), older);
  assert(newer?.startsWith("HTTP/1.1 400"), newer);
  await close();
});

Deno.test("startServer keeps a stream of events open, and ends it when it closes", async () => {
  const folder = await Deno.makeTempDir();
  const { url, close } = await startServer({ ...site, folder }, {}, 200);
  const response = await fetch(`${url}run/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const hear = async (words: string) => {
    while (!text.includes(words)) text += (await reader?.read())?.value ?? "";
  };
  await hear("caught-up");
  await new Promise((resolve) => setTimeout(resolve, 700));
  await Deno.writeTextFile(`${folder}/metrics.jsonl`, '{"step":1}\n');
  await hear('data: [{"step":1}]');
  await close();
  await reader?.cancel().catch(() => {});
  await Deno.remove(folder, { recursive: true });
});
