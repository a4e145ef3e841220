import { type ApiError, describeError } from "./api_error.ts";
import type { Choice, ChoicePart } from "./complete.ts";
import type { ToldToken } from "./choice_text.ts";
import type { CompletionRequest } from "./completion_request.ts";
import type { ServedModel } from "./served_model.ts";

/** What runs the choices of a request. */
export interface CompletionRun {
  /** The model. */
  readonly served: ServedModel;
  /** What was asked for. */
  readonly request: CompletionRequest;
  /** What is continued. */
  readonly choices: readonly Choice[];
  /** Continues a choice. */
  readonly complete: (choice: Choice) => AsyncIterable<ChoicePart>;
  /** What a client is told of an error that came on the way. */
  readonly explain: (error: unknown) => ApiError;
}

/** Tokens of the choices so far. */
interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** A response of one piece, when all choices have ended. */
export async function wholeCompletion(run: CompletionRun): Promise<Response> {
  const parts = await Promise.all(run.choices.map((choice) => Array.fromAsync(run.complete(choice))));
  const choices = parts.map((ofChoice, index) =>
    describeChoice(run.request, {
      index,
      text: ofChoice.map(({ text }) => text).join(""),
      tokens: ofChoice.flatMap(({ tokens }) => tokens),
      finish: ofChoice.at(-1)?.finish ?? null,
    })
  );
  const drawn = parts.flat().reduce((sum, part) => sum + part.drawn, 0);
  return Response.json({ ...completionHead(run), choices, usage: usageOf(run, drawn) });
}

/** A stream of server-sent events, a part of a choice each, with `[DONE]` at its end. */
export function streamedCompletion(run: CompletionRun): Response {
  const head = completionHead(run);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      // A client that has gone away takes nothing more; its choices end by the signal of the request.
      const send = (data: string) => {
        try {
          controller.enqueue(encoder.encode(`data: ${data}\n\n`));
        } catch {
          // Closed by the client.
        }
      };
      let drawn = 0;
      const tell = async (choice: Choice) => {
        for await (const part of run.complete(choice)) {
          drawn += part.drawn;
          if (part.text === "" && part.tokens.length === 0 && part.finish === null) continue;
          send(JSON.stringify({ ...head, choices: [describeChoice(run.request, part)] }));
        }
      };
      try {
        await Promise.all(run.choices.map(tell));
        if (run.request.includeUsage) send(JSON.stringify({ ...head, choices: [], usage: usageOf(run, drawn) }));
        send("[DONE]");
      } catch (error) {
        send(JSON.stringify({ error: describeError(run.explain(error)) }));
      }
      try {
        controller.close();
      } catch {
        // Closed by the client.
      }
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function completionHead({ served }: CompletionRun): Record<string, string | number> {
  const created = Math.floor(Date.now() / 1000);
  return { id: `cmpl-${crypto.randomUUID()}`, object: "text_completion", created, model: served.id };
}

function usageOf({ choices, request: { n } }: CompletionRun, drawn: number): Usage {
  // A prompt counts once, however many continuations it has.
  const prompt = choices.reduce((sum, { tokens, index }) => sum + (index % n === 0 ? tokens.length : 0), 0);
  return { prompt_tokens: prompt, completion_tokens: drawn, total_tokens: prompt + drawn };
}

function describeChoice(
  { logprobs }: CompletionRequest,
  { index, text, tokens, finish }: Pick<ChoicePart, "index" | "text" | "tokens" | "finish">,
): Record<string, unknown> {
  return { index, text, logprobs: logprobs === undefined ? null : describeTokens(tokens), finish_reason: finish };
}

function describeTokens(tokens: readonly ToldToken[]): Record<string, unknown> {
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) => top),
    text_offset: tokens.map(({ offset }) => offset),
  };
}
