// The official client of OpenAI's API against `serve` in a process of its own.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import OpenAI from "openai";
import { withServedRun } from "./_served_run.ts";

/** A client that asks once: a refusal is not to be tried again. */
function clientOf(baseURL: string): OpenAI {
  return new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
}

Deno.test("the client of OpenAI's API completes, streams and is refused", () =>
  withServedRun([], async (baseURL) => {
    const client = clientOf(baseURL);
    const greedy = { model: "whale", prompt: "Call me", temperature: 0, max_tokens: 20 } as const;

    const models = [];
    for await (const { id, owned_by } of client.models.list()) models.push([id, owned_by]);
    assertEquals(models, [["whale", "beyond24"]]);
    assertEquals((await client.models.retrieve("whale")).id, "whale");

    const whole = await client.completions.create(greedy);
    assertEquals([whole.object, whole.model, whole.choices.length], ["text_completion", "whale", 1]);
    assertEquals(whole.usage, { prompt_tokens: 7, completion_tokens: 20, total_tokens: 27 });
    assertEquals([whole.choices[0]?.finish_reason, whole.choices[0]?.text.length], ["length", 20]);

    const stream = await client.completions.create({
      ...greedy,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? "";
      usage = chunk.usage ?? usage;
    }
    assertEquals(text, whole.choices[0]?.text);
    assertEquals(usage, whole.usage);

    const drawn = { ...greedy, temperature: 1, top_p: 0.9, n: 3, seed: 5 } as const;
    const [first, again] = [await client.completions.create(drawn), await client.completions.create(drawn)];
    const texts = first.choices.map(({ text }) => text);
    assertEquals(again.choices.map(({ text }) => text), texts);
    assertEquals(new Set(texts).size, 3);

    const scored = await client.completions.create({ ...greedy, logprobs: 2, echo: true, max_tokens: 3 });
    const { tokens, token_logprobs, top_logprobs, text_offset } = scored.choices[0]?.logprobs ?? {};
    assertEquals(tokens?.join(""), scored.choices[0]?.text);
    assertEquals([token_logprobs?.length, top_logprobs?.length, text_offset?.[9]], [10, 10, 9]);

    const stop = text.slice(4, 6);
    const stopped = await client.completions.create({ ...greedy, stop: [stop] });
    assertEquals([stopped.choices[0]?.text, stopped.choices[0]?.finish_reason], [
      text.slice(0, text.indexOf(stop)),
      "stop",
    ]);

    const long = { ...greedy, prompt: "a".repeat(1000) };
    const tooLong = await assertRejects(() => client.completions.create(long), OpenAI.BadRequestError);
    assertEquals([tooLong.status, tooLong.code], [400, "context_length_exceeded"]);
    const wrong = await assertRejects(() => client.completions.create({ ...greedy, n: -1 }), OpenAI.BadRequestError);
    assertEquals([wrong.status, wrong.param, wrong.type], [400, "n", "invalid_request_error"]);
    const unknown = await assertRejects(
      () => client.completions.create({ ...greedy, model: "other" }),
      OpenAI.NotFoundError,
    );
    assertEquals(unknown.code, "model_not_found");
    const large = { ...greedy, prompt: "a".repeat(2 ** 20) };
    const tooLarge = await assertRejects(() => client.completions.create(large), OpenAI.APIError);
    assertEquals(tooLarge.status, 413);
    const messages = [{ role: "user", content: "Hello" }] as const;
    const chat = await assertRejects(
      () => client.chat.completions.create({ model: "whale", messages: [...messages] }),
      OpenAI.NotFoundError,
    );
    assertStringIncludes(chat.message, "Unknown request URL");
    const notJson = await fetch(`${baseURL}/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    assertEquals([notJson.status, (await notJson.json()).error.type], [400, "invalid_request_error"]);
  }));

Deno.test("a client that leaves a stream makes room, and one beyond the queue is told to wait", () =>
  withServedRun(["--sequences", "1", "--queue", "1"], async (baseURL) => {
    const client = clientOf(baseURL);
    const long = { model: "whale", prompt: "Call", temperature: 0, max_tokens: 60 } as const;
    const left = await client.completions.create({ ...long, stream: true });
    for await (const _ of left) break;
    assertEquals((await client.completions.create(long)).usage?.completion_tokens, 60);

    const many = await Promise.allSettled(Array.from({ length: 8 }, () => client.completions.create(long)));
    const refused = many.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
    assert(refused.length > 0 && refused.length < 8, `${refused.length} of 8 were refused`);
    for (const error of refused) assert(error instanceof OpenAI.RateLimitError, String(error));
  }));

Deno.test("Ctrl-C ends the server while a stream is open", () =>
  withServedRun([], async (baseURL) => {
    const asked = { model: "whale", prompt: "a", max_tokens: 100, stream: true } as const;
    const stream = await clientOf(baseURL).completions.create(asked);
    await stream[Symbol.asyncIterator]().next();
  }));
