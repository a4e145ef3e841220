import { type LoopbackServer, serveLoopback } from "@beyond24/dashboard/loopback";
import { BatchDecoder } from "@beyond24/generation";
import type { LoadedModel } from "../sample/load_model.ts";
import { answerApi } from "./answer_api.ts";

/** What is served, and how much of it. */
export interface ServeModelOptions {
  /** Name of the model in the API. */
  readonly id: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Continuations that go on together. */
  readonly sequences: number;
  /** Continuations that may wait for their turn. */
  readonly queue: number;
  /** Hears of faults that a client is not told. */
  readonly report: (error: unknown) => void;
}

/**
 * Serves a model on loopback to clients of OpenAI's API.
 *
 * @param loaded The model, which stays the caller's to dispose of
 * @param options Where, and how much
 * @returns Address and end of the server
 * @throws {Deno.errors.AddrInUse} If the port is taken
 */
export async function serveModel(
  { model, mode, tokenizer }: LoadedModel,
  { id, port, sequences, queue, report }: ServeModelOptions,
): Promise<LoopbackServer> {
  const decoder = new BatchDecoder(model, { mode, sequences, key: "serve" });
  const { shape, tokens = shape.vocabularySize } = model.config;
  const contextLength = shape.sequenceLength;
  const served = { id, created: Math.floor(Date.now() / 1000), tokenizer, decoder, tokens, contextLength, queue };
  try {
    const server = await serveLoopback((request, port) => answerApi(request, port, served, report), { port });
    const close = async () => {
      await server.close();
      await decoder.dispose();
    };
    return { url: server.url, close };
  } catch (error) {
    await decoder.dispose();
    throw error;
  }
}
