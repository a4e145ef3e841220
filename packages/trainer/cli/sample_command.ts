import { decodeStream } from "@beyond24/tokenizer";
import { sampleTokens, ScoreError, seededRandom, StopSearch } from "@beyond24/generation";
import { NonFiniteError } from "../non_finite_error.ts";
import { type Call, type Command, defineCommand } from "./command.ts";
import { keyValues } from "./config_flags.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { openRunModel } from "./open_run_model.ts";
import { computing } from "./permissions.ts";

const flags = {
  prompt: {
    kind: "text",
    form: "a text that is not empty",
    placeholder: "text",
    default: "\n",
    sentence: "Begin with it",
  },
  tokens: {
    kind: "integer",
    minimum: 0,
    maximum: 1_000_000_000,
    placeholder: "number",
    default: 256,
    sentence: "Tokens to draw",
  },
  temperature: {
    kind: "number",
    minimum: 0,
    maximum: 1000,
    placeholder: "number",
    default: 0.8,
    sentence: "0 always takes the most likely token",
  },
  topK: {
    kind: "integer",
    minimum: 0,
    maximum: 16_777_216,
    placeholder: "number",
    default: 40,
    sentence: "Draw from so many of the most likely tokens; 0 takes all",
  },
  topP: {
    kind: "number",
    minimum: 0.000001,
    maximum: 1,
    placeholder: "number",
    default: 1,
    sentence: "Of these, draw from the fewest that hold this part of the probability; 1 takes all",
  },
  stop: {
    kind: "list",
    form: "a text that is not empty",
    placeholder: "text",
    sentence: "End in front of this text; may be given several times",
  },
  seed: {
    kind: "integer",
    minimum: 0,
    maximum: 2_147_483_647,
    placeholder: "number",
    default: 1,
    sentence: "Seed of the draws",
  },
  device: { key: "device.name", placeholder: "name" },
} as const satisfies FlagTable;

/** `sample`: continues a text with the model of a run. */
export const sampleCommand: Command = defineCommand({
  name: "sample",
  sentence: "Continues a text with the model of a run's newest checkpoint",
  operand: { name: "dir", sentence: "the folder of a run", least: 1, most: 1 },
  flags,
  tasks: [{ name: "sample", permissions: computing }],
  run: async (call) => {
    await sample(call);
    return exitCodes.done;
  },
});

async function sample({ flags: given, operands: [folder = ""], terminal }: Call<typeof flags>): Promise<void> {
  const { tokens: count, temperature, topK, topP } = given;
  const random = seededRandom(given.seed);
  const { model, mode, step, tokenizer } = await openRunModel(folder, keyValues(flags, given), terminal);
  try {
    terminal.out(given.prompt);
    const { eos } = tokenizer;
    const prompt = [...tokenizer.prefix, ...tokenizer.encode(given.prompt)];
    const options = { count, temperature, topK, topP, random, mode, end: eos, key: "sample" };
    const texts = decodeStream(tokenizer, untilEnd(sampleTokens(model, prompt, options), eos));
    for await (const text of untilStop(texts, given.stop ?? [])) terminal.out(text);
    terminal.out("\n");
  } catch (error) {
    if (!(error instanceof ScoreError)) throw error;
    throw new NonFiniteError(`${error.message}; the model of ${folder} has diverged by step ${step}`, step);
  } finally {
    model.device.dispose();
  }
}

/** Tokens up to the one that ends a text. */
async function* untilEnd(tokens: AsyncIterable<number>, end: number | undefined): AsyncGenerator<number> {
  for await (const token of tokens) {
    if (token === end) return;
    yield token;
  }
}

/** Parts of a text up to one of some strings. */
async function* untilStop(parts: AsyncIterable<string>, stops: readonly string[]): AsyncGenerator<string> {
  const search = new StopSearch(stops);
  for await (const part of parts) {
    const { text, isStopped } = search.push(part);
    yield text;
    if (isStopped) return;
  }
  yield search.end();
}
