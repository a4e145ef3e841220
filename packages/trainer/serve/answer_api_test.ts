import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { LoopbackRequest } from "@beyond24/dashboard/loopback";
import { BatchDecoder } from "@beyond24/generation";
import { modelPresets } from "@beyond24/recipe";
import { ByteTokenizer } from "@beyond24/tokenizer";
import { createTransformer, type Transformer, transformerParameters } from "@beyond24/transformer";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { answerApi, mostBytes } from "./answer_api.ts";
import type { ServedModel } from "./served_model.ts";

const shape = {
  ...modelPresets.tiny,
  layers: 1,
  dModel: 32,
  dFfn: 64,
  heads: 2,
  kvHeads: 1,
  headDim: 16,
  sequenceLength: 64,
};
const port = 8025;

interface Api extends AsyncDisposable {
  readonly model: Transformer;
  readonly served: ServedModel;
  readonly reported: unknown[];
  /** Posts a completion, or whatever the request is changed to. */
  ask(body: unknown, change?: Partial<LoopbackRequest>): Promise<Response>;
}

/** The API of a random model of bytes that says more than one thing. */
async function open(options: { readonly sequences?: number; readonly queue?: number } = {}): Promise<Api> {
  const { sequences = 2, queue = 4 } = options;
  const model = createTransformer(createReferenceDevice(), { shape }, 5);
  for (const parameter of transformerParameters(model)) {
    if (parameter.shape.length === 1) continue;
    const values = await model.device.read(parameter.weight);
    writeParameter(model.device, parameter, Float32Array.from(values, (value) => value * 10));
  }
  const tokenizer = new ByteTokenizer();
  const decoder = new BatchDecoder(model, { mode: "dense", sequences });
  const served = { id: "mine", created: 1_700_000_000, tokenizer, decoder, tokens: 256, contextLength: 64, queue };
  const reported: unknown[] = [];
  const ask = (body: unknown, change: Partial<LoopbackRequest> = {}) => {
    const bytes = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
    const request: LoopbackRequest = {
      ...{ method: "POST", host: `127.0.0.1:${port}`, target: "/v1/completions", contentType: "application/json" },
      signal: new AbortController().signal,
      readBody: (limit) => Promise.resolve(bytes.length <= limit ? bytes : undefined),
      ...change,
    };
    return answerApi(request, port, served, (error) => reported.push(error));
  };
  return { model, served, reported, ask, [Symbol.asyncDispose]: () => decoder.dispose() };
}

const greedy = { model: "mine", prompt: "The whale", temperature: 0, max_tokens: 12 };

/** The events of a stream. */
async function events(response: Response): Promise<unknown[]> {
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
  assertEquals(lines.at(-1), "data: [DONE]");
  return lines.slice(0, -1).map((line) => JSON.parse(line.replace(/^data: /, "")));
}

/** The text of the choices in events. */
// deno-lint-ignore no-explicit-any -- JSON of a response
function textsOf(chunks: readonly any[]): string[] {
  const texts: string[] = [];
  for (const { choices } of chunks) for (const { index, text } of choices) texts[index] = (texts[index] ?? "") + text;
  return texts;
}

Deno.test("a completion has the fields of OpenAI's", async () => {
  await using api = await open();
  const response = await api.ask(greedy);
  const { id, created, choices, ...rest } = await response.json();
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("cache-control"), "no-store");
  assert(/^cmpl-[0-9a-f-]{36}$/.test(id), id);
  assert(Number.isInteger(created));
  assertEquals(rest, {
    object: "text_completion",
    model: "mine",
    usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
  });
  assertEquals(
    choices.map(({ index, finish_reason, logprobs }: Record<string, unknown>) => [index, finish_reason, logprobs]),
    [
      [0, "length", null],
    ],
  );
});

Deno.test("a stream says in parts what a completion says as a whole", async () => {
  await using api = await open();
  for (
    const extra of [{}, { n: 3, temperature: 0.9, seed: 4 }, { logprobs: 2 }, { echo: true }, { stop: ["e", "a"] }]
  ) {
    const body = { ...greedy, ...extra };
    const whole = await (await api.ask(body)).json();
    const chunks = await events(await api.ask({ ...body, stream: true, stream_options: { include_usage: true } }));
    const wholeTexts = whole.choices.map(({ text }: { text: string }) => text);
    assertEquals(textsOf(chunks), wholeTexts, JSON.stringify(extra));
    // deno-lint-ignore no-explicit-any -- JSON of a response
    const last = chunks.at(-1) as any;
    assertEquals([last.choices, last.usage], [[], whole.usage]);
  }
});

Deno.test("the same seed says the same, another one and another choice something else", async () => {
  await using api = await open({ sequences: 3 });
  const ask = async (seed: number | null) => {
    const { choices } = await (await api.ask({ ...greedy, temperature: 1, n: 2, seed })).json();
    return choices.map(({ text }: { text: string }) => text);
  };
  const [first, again, other] = [await ask(7), await ask(7), await ask(8)];
  assertEquals(again, first);
  assertEquals(new Set([...first, ...other]).size, 4);
  assertEquals((await ask(null)).length, 2);
});

Deno.test("log-probabilities: a number for every token, the likeliest ones with it, the prompt's by echo", async () => {
  await using api = await open();
  const { choices: [choice] } = await (await api.ask({ ...greedy, logprobs: 3, echo: true, max_tokens: 2 })).json();
  const { tokens, token_logprobs, top_logprobs, text_offset } = choice.logprobs;
  assertEquals(tokens.length, 11);
  assertEquals(tokens.slice(0, 9).join(""), "The whale");
  assertStringIncludes(choice.text, "The whale");
  assertEquals([token_logprobs[0], top_logprobs[0]], [null, null]);
  assert(token_logprobs.slice(1).every((value: number) => value < 0));
  assert(top_logprobs.slice(1).every((top: object) => Object.keys(top).length === 3));
  assertEquals(text_offset.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Greedy tokens are the likeliest ones.
  for (const place of [9, 10]) {
    assertEquals(token_logprobs[place], Math.max(...Object.values<number>(top_logprobs[place])));
  }
  const scored = await (await api.ask({ ...greedy, logprobs: 1, echo: true, max_tokens: 0 })).json();
  assertEquals(scored.choices[0].logprobs.token_logprobs, token_logprobs.slice(0, 9));
  assertEquals([scored.choices[0].text, scored.choices[0].finish_reason], ["The whale", "length"]);
});

Deno.test("several prompts, of texts or tokens, have choices side by side", async () => {
  await using api = await open();
  const texts = async (prompt: unknown, n = 1) => {
    const { choices } = await (await api.ask({ ...greedy, prompt, n })).json();
    assertEquals(choices.map(({ index }: { index: number }) => index), choices.map((_: unknown, i: number) => i));
    return choices.map(({ text }: { text: string }) => text);
  };
  const [a, b] = [await texts("ab"), await texts("c")];
  assertEquals(await texts(["ab", "c"]), [...a, ...b]);
  assertEquals(await texts([[97, 98], [99]]), [...a, ...b]);
  assertEquals(await texts([97, 98]), a);
  assertEquals(await texts(["ab", "c"], 2), [...a, ...a, ...b, ...b]);
  assertEquals((await texts("")).length, 1);
});

Deno.test("a text ends in front of a stop string, with the reason stop", async () => {
  await using api = await open();
  const { choices: [whole] } = await (await api.ask(greedy)).json();
  const stop = whole.text.slice(3, 6);
  const { choices: [stopped], usage } = await (await api.ask({ ...greedy, stop })).json();
  assertEquals([stopped.text, stopped.finish_reason], [whole.text.slice(0, whole.text.indexOf(stop)), "stop"]);
  assert(usage.completion_tokens < 12);
});

Deno.test("models are listed and described", async () => {
  await using api = await open();
  const get = async (target: string) => await (await api.ask("", { method: "GET", target })).json();
  const model = { id: "mine", object: "model", created: 1_700_000_000, owned_by: "beyond24", max_model_len: 64 };
  assertEquals(await get("/v1/models"), { object: "list", data: [model] });
  assertEquals(await get("/v1/models/mine"), model);
  assertEquals((await get("/v1/models/other")).error.code, "model_not_found");
});

Deno.test("what is asked for wrongly is refused with the field and its value", async () => {
  await using api = await open();
  const cases: readonly (readonly [body: unknown, status: number, param: string | null, message: string])[] = [
    ["{", 400, null, "it must be JSON"],
    ['"text"', 400, null, "the body must be an object"],
    ["[]", 400, null, "the body must be an object: current value is a list"],
    ["{}", 400, "model", "model is missing"],
    ["", 400, null, "it must be JSON"],
    [{ prompt: "a" }, 400, "model", "model is missing"],
    [{ ...greedy, model: "gpt" }, 404, "model", "does not exist"],
    [{ ...greedy, prompt: 3 }, 400, "prompt", "prompt must be"],
    [{ ...greedy, prompt: ["a", 3] }, 400, "prompt", "prompt must be"],
    [{ ...greedy, prompt: [] }, 400, "prompt", "prompt must be a text, texts, tokens"],
    [{ ...greedy, prompt: [[1], []] }, 400, "prompt", "at least one"],
    [{ ...greedy, prompt: [1, 256] }, 400, "prompt", "current value is 256"],
    [{ ...greedy, prompt: [1, -1] }, 400, "prompt", "current value is -1"],
    [{ ...greedy, temperature: 2.1 }, 400, "temperature", "temperature must be <= 2: current value is 2.1"],
    [{ ...greedy, temperature: "hot" }, 400, "temperature", "temperature must be number"],
    [{ ...greedy, top_p: -1 }, 400, "top_p", "top_p must be >= 0"],
    [{ ...greedy, max_tokens: -1 }, 400, "max_tokens", "max_tokens must be >= 0"],
    [{ ...greedy, max_tokens: 1.5 }, 400, "max_tokens", "max_tokens must be a whole number"],
    [{ ...greedy, n: 0 }, 400, "n", "n must be >= 1"],
    [{ ...greedy, n: 5 }, 400, "n", "may ask for 4"],
    [{ ...greedy, n: 1e6, prompt: Array(1000).fill("a") }, 400, "n", "current value is 1000000000"],
    [{ ...greedy, logprobs: 6 }, 400, "logprobs", "logprobs must be <= 5"],
    [{ ...greedy, stop: ["1", "2", "3", "4", "5"] }, 400, "stop", "stop must be"],
    [{ ...greedy, best_of: 3 }, 400, "best_of", "best_of must be 1"],
    [{ ...greedy, presence_penalty: 1 }, 400, "presence_penalty", "presence_penalty must be 0"],
    [{ ...greedy, logit_bias: { 50256: -100 } }, 400, "logit_bias.50256", "no field"],
    [{ ...greedy, suffix: "end" }, 400, "suffix", "suffix must be"],
    [{ ...greedy, colour: "red" }, 400, "colour", "there is no field colour"],
  ];
  for (const [body, status, param, message] of cases) {
    const response = await api.ask(body);
    const { error } = await response.json();
    assertEquals(
      [response.status, error.type, error.param],
      [status, "invalid_request_error", param],
      JSON.stringify(body),
    );
    assertStringIncludes(error.message, message);
    assert(!error.message.includes("\n"));
  }
  assertEquals(api.reported, []);
});

Deno.test("whatever comes as a body is answered or refused in OpenAI's shape, and no fault of this side", async () => {
  await using api = await open();
  const fields = Object.fromEntries(
    [
      "model",
      "prompt",
      "max_tokens",
      "temperature",
      "top_p",
      "top_k",
      "n",
      "logprobs",
      "echo",
      "stop",
      "seed",
      "stream",
    ]
      .map((
        name,
      ) => [name, fc.oneof(fc.jsonValue(), fc.integer({ min: -1, max: 6 }), fc.constantFrom("mine", "", "a"))]),
  );
  const body = fc.oneof(
    fc.json(),
    fc.record(fields, { requiredKeys: [] }).map((part) => JSON.stringify({ ...greedy, ...part })),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const response = await api.ask(text);
      const answer = await response.text();
      if (response.status === 200) return;
      const { error } = JSON.parse(answer);
      assert([400, 404].includes(response.status), answer);
      assertEquals(Object.keys(error), ["message", "type", "param", "code"]);
      assertEquals(error.type, "invalid_request_error");
      assert(!/[\n\r]/.test(error.message), answer);
    }),
    { numRuns: 300 },
  );
  assertEquals(api.reported, []);
});

Deno.test("a context that is too long is refused as OpenAI refuses it", async () => {
  await using api = await open();
  const response = await api.ask({ ...greedy, prompt: "a".repeat(60), max_tokens: 5 });
  const { error } = await response.json();
  assertEquals([response.status, error.code], [400, "context_length_exceeded"]);
  assertStringIncludes(
    error.message,
    "maximum context length is 64 tokens, however you requested 65 tokens (60 in your prompt; 5",
  );
  assertEquals((await api.ask({ ...greedy, prompt: "a".repeat(60), max_tokens: 4 })).status, 200);
});

Deno.test("bodies that are too large, of another type or not UTF-8 are refused", async () => {
  await using api = await open();
  const statusOf = async (body: unknown, change?: Partial<LoopbackRequest>) => {
    const response = await api.ask(body, change);
    assertEquals((await response.json()).error.type, "invalid_request_error");
    return response.status;
  };
  assertEquals(await statusOf({ ...greedy, prompt: "a".repeat(mostBytes) }), 413);
  for (const contentType of [undefined, "text/plain", "application/jsonp", "multipart/form-data"]) {
    assertEquals(await statusOf(greedy, { contentType }), 415);
  }
  assertEquals((await api.ask(greedy, { contentType: "application/json; charset=utf-8" })).status, 200);
  const readBody = () => Promise.resolve(Uint8Array.of(0x22, 0xff, 0x22));
  assertEquals(await statusOf("", { readBody }), 400);
});

Deno.test("nothing else is answered: other hosts, paths and methods", async () => {
  await using api = await open();
  const cases: readonly (readonly [change: Partial<LoopbackRequest>, status: number])[] = [
    [{ host: "evil.example:8025" }, 421],
    [{ host: undefined }, 421],
    [{ method: "GET" }, 405],
    [{ method: "OPTIONS" }, 405],
    [{ method: "POST", target: "/v1/models" }, 405],
    [{ method: "GET", target: "/" }, 404],
    [{ target: "/v1/chat/completions" }, 404],
    [{ method: "GET", target: "/v1/models/../../etc/passwd" }, 404],
    [{ method: "GET", target: "/v1/models/%ff" }, 404],
    [{ method: "GET", target: "*" }, 404],
  ];
  for (const [change, status] of cases) {
    const response = await api.ask(greedy, change);
    const { error } = await response.json();
    assertEquals([response.status, error.type], [status, "invalid_request_error"], JSON.stringify(change));
  }
});

Deno.test("requests beyond the queue are answered with 429, and the others in their turn", async () => {
  await using api = await open({ sequences: 1, queue: 2 });
  const responses = await Promise.all(Array.from({ length: 6 }, () => api.ask({ ...greedy, max_tokens: 3 })));
  const statuses = responses.map(({ status }) => status);
  assertEquals(statuses.filter((status) => status === 200).length >= 2, true, String(statuses));
  const refused = responses.find(({ status }) => status === 429);
  const { error } = await refused?.json();
  assertEquals([error.type, error.code], ["requests", "rate_limit_exceeded"]);
  assertEquals((await api.ask(greedy)).status, 200);
});

Deno.test("a client that goes away ends its choices, those that wait too", async () => {
  await using api = await open({ sequences: 1 });
  const leave = new AbortController();
  const { signal } = leave;
  const going = await api.ask({ ...greedy, max_tokens: 50, stream: true }, { signal });
  const waiting = api.ask({ ...greedy, max_tokens: 50, n: 2 }, { signal });
  const reader = going.body?.getReader();
  await reader?.read();
  leave.abort();
  await reader?.cancel();
  const { usage } = await (await waiting).json();
  assertEquals(usage.completion_tokens, 0);
  assertEquals(api.served.decoder.waiting, 0);
  assertEquals((await api.ask(greedy)).status, 200);
});

Deno.test("a model that has diverged, and a fault of this side, give 500; the fault is said here only", async () => {
  await using api = await open();
  const { device, norm } = api.model;
  writeParameter(device, norm, new Float32Array(32).fill(NaN));
  const response = await api.ask(greedy);
  const { error } = await response.json();
  assertEquals([response.status, error.type], [500, "server_error"]);
  assertStringIncludes(error.message, "the model has diverged");
  const lines = (await (await api.ask({ ...greedy, stream: true })).text()).trim().split("\n\n");
  assertEquals(JSON.parse(lines.at(-1)?.replace("data: ", "") ?? "").error.type, "server_error");
  device.read = () => Promise.reject(new Error("/secret/path"));
  const fault = await api.ask(greedy);
  const text = await fault.text();
  assertEquals([fault.status, text.includes("secret")], [500, false]);
  assertStringIncludes(String(api.reported.at(-1)), "/secret/path");
});
