import { assertEquals } from "@std/assert";
import { streamRun } from "./stream_run.ts";

interface Heard {
  readonly event: string;
  readonly data: unknown;
}

/** Reads events from a stream one by one. */
async function* listen(response: Response): AsyncGenerator<Heard> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) };
    }
  }
}

async function next(events: AsyncGenerator<Heard>): Promise<Heard | undefined> {
  return (await events.next()).value ?? undefined;
}

Deno.test("streamRun tells a run from its beginning, then what is new, and ends with its signal", async () => {
  const folder = await Deno.makeTempDir();
  const metrics = `${folder}/metrics.jsonl`;
  await Deno.writeTextFile(metrics, '{"step":1}\n{"step":2}\n');
  const stop = new AbortController();
  const response = streamRun(folder, { signal: stop.signal, interval: 1 });
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const events = listen(response);
  assertEquals(await next(events), { event: "metrics", data: [{ step: 1 }, { step: 2 }] });
  assertEquals(await next(events), { event: "caught-up", data: true });

  await Deno.writeTextFile(metrics, '{"step":3}\n', { append: true });
  assertEquals(await next(events), { event: "metrics", data: [{ step: 3 }] });

  await Deno.writeTextFile(`${folder}/baseline.jsonl`, '{"step":1}\n');
  assertEquals(await next(events), { event: "baseline", data: [{ step: 1 }] });

  await Deno.writeTextFile(`${folder}/scores.jsonl`, '{"task":"piqa"}\n');
  assertEquals(await next(events), { event: "scores", data: [{ task: "piqa" }] });

  // In one piece, so that it is never read half written.
  await Deno.writeTextFile(`${folder}/summary.part`, '{\n  "status": "finished"\n}\n');
  await Deno.rename(`${folder}/summary.part`, `${folder}/summary.json`);
  assertEquals(await next(events), { event: "summary", data: { status: "finished" } });

  await Deno.writeTextFile(`${folder}/again`, '{"step":1}\n');
  await Deno.rename(`${folder}/again`, metrics);
  assertEquals(await next(events), { event: "restart", data: "metrics" });
  assertEquals(await next(events), { event: "metrics", data: [{ step: 1 }] });
  assertEquals(await next(events), { event: "caught-up", data: true });

  stop.abort();
  assertEquals(await next(events), undefined);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("streamRun passes over what is no step, and lets no line of a file end one of the stream", async () => {
  const folder = await Deno.makeTempDir();
  const lines = [
    '{"step":1,\revent: summary\rdata: "forged"\r\r"x":1}',
    "",
    '{"step":2,\r"loss":3}',
    "null",
    "7",
    "half {",
  ];
  await Deno.writeTextFile(`${folder}/metrics.jsonl`, lines.join("\n") + "\n");
  await Deno.writeTextFile(`${folder}/config.json`, '{\r\n"preset":\r"tiny"}');
  const stop = new AbortController();
  const events = listen(streamRun(folder, { signal: stop.signal, interval: 1 }));
  assertEquals(await next(events), { event: "config", data: { preset: "tiny" } });
  assertEquals(await next(events), { event: "metrics", data: [{ step: 2, loss: 3 }] });
  assertEquals(await next(events), { event: "caught-up", data: true });
  stop.abort();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("streamRun tells of a run that is begun again", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  await write("config.json", '{"preset":"tiny"}');
  await write("metrics.jsonl", '{"step":1}\n{"step":2}\n');
  await write("summary.json", '{"status":"finished"}');
  const stop = new AbortController();
  const events = listen(streamRun(folder, { signal: stop.signal, interval: 1 }));
  for (const event of ["config", "summary", "metrics", "caught-up"]) assertEquals((await next(events))?.event, event);
  await Deno.remove(`${folder}/summary.json`);
  assertEquals(await next(events), { event: "summary", data: null });
  await Deno.remove(`${folder}/metrics.jsonl`);
  assertEquals(await next(events), { event: "restart", data: "metrics" });
  assertEquals(await next(events), { event: "caught-up", data: true });
  await write("config.json", '{"preset":"small"}');
  assertEquals(await next(events), { event: "config", data: { preset: "small" } });
  await write("metrics.jsonl", '{"step":1}\n');
  assertEquals(await next(events), { event: "metrics", data: [{ step: 1 }] });
  stop.abort();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("streamRun stops looking when the browser goes away", async () => {
  const folder = await Deno.makeTempDir();
  const response = streamRun(folder, { signal: new AbortController().signal, interval: 1 });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  assertEquals(await reader?.read(), { done: true, value: undefined });
  await Deno.remove(folder, { recursive: true });
});
