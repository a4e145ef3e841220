/**
 * What a token costs at a position with a cache of keys and values, against computing the whole sequence again,
 * interleaved in one process; and whether both draw the same tokens. Only the ratio means something on a machine that
 * others use.
 *
 *     deno run -P=train:native bench/generation/decode.ts [--preset=small] [--position=1000] [--device=cpu]
 *     [--rounds=15] [--blas=off] [--threads=0] [--tokens=32] [--together=8]
 *
 * @module
 */
import { writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { sampleToken, sampleTokens, type SampleTokensOptions, seededRandom } from "@beyond24/generation";
import { modelPresets } from "@beyond24/recipe";
import { presetConfig } from "@beyond24/run";
import { openDevice } from "@beyond24/trainer";
import {
  allocateTransformer,
  createKeyValueCache,
  decode,
  logits,
  prefill,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { machineName } from "../harness/machine_name.ts";
import { interleave, type Run } from "../harness/measure.ts";
import { randomValues } from "../harness/random_values.ts";

function option(name: string, otherwise: string): string {
  const prefix = `--${name}=`;
  return Deno.args.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ?? otherwise;
}

/** A model of a preset with room for the position, whose weights are large enough that it is sure of something. */
function modelOn(device: Device, preset: string, positions: number): Transformer {
  const known = Object.entries(modelPresets).find(([name]) => name === preset)?.[1];
  if (known === undefined) throw new TypeError(`Cannot measure preset ${preset} as there is none of this name`);
  const model = allocateTransformer(device, { shape: { ...known, sequenceLength: positions } }, 1);
  for (const [seed, parameter] of transformerParameters(model).entries()) {
    const [rows = 0, cols] = parameter.shape;
    const isGain = cols === undefined;
    const values = isGain ? new Float32Array(rows).fill(1) : randomValues(rows * cols, 2 / Math.sqrt(cols), seed + 1);
    writeParameter(device, parameter, values);
  }
  return model;
}

function tokensOf(device: Device, shape: readonly number[], values: readonly number[]) {
  const tensor = device.tensor(shape, "i32");
  device.write(tensor, Int32Array.from(values));
  return tensor;
}

/**
 * The columns, as tokens are drawn: a step begins with the tokens and their places, every pass ends with its scores on
 * the host, and one whose shape stays is replayed.
 */
function columns(model: Transformer, position: number, together: number): Record<"again" | "cached" | "together", Run> {
  const { device, config: { shape: { vocabularySize } } } = model;
  const arena = device.arena();
  const cache = createKeyValueCache(model, { sequences: together });
  const text = Array.from({ length: position }, (_, i) => i * 7919 % vocabularySize);
  const whole = tokensOf(device, [1, position], text);
  for (let sequence = 0; sequence < together; sequence++) {
    prefill(model, cache, whole, { arena, sequence });
    arena.reset();
  }
  const step = (count: number): Run => {
    const places = Array.from({ length: count }, (_, i) => i * cache.capacity + position - 1);
    const next = { tokens: device.tensor([count], "i32"), places: device.tensor([count], "i32") };
    const out = device.tensor([count, vocabularySize], "f32");
    return async () => {
      device.write(next.tokens, new Int32Array(count).fill(1));
      device.write(next.places, Int32Array.from(places));
      device.replay(`decode/${count}`, () => {
        decode(model, cache, next, { arena, out });
        arena.reset();
      });
      await device.read(out);
    };
  };
  const again = async () => {
    await device.read(logits(model, whole, { arena }));
    arena.reset();
  };
  return { again, cached: step(1), together: step(together) };
}

/** Greedy tokens, each from the whole sequence. */
async function recomputed(model: Transformer, prompt: readonly number[], count: number): Promise<number[]> {
  const { device } = model;
  const arena = device.arena();
  const sequence = [...prompt];
  for (let drawn = 0; drawn < count; drawn++) {
    const tokens = tokensOf(device, [1, sequence.length], sequence);
    const scores = await device.read(logits(model, tokens, { arena }));
    sequence.push(sampleToken(scores, { temperature: 0, random: () => 0 }));
    arena.reset();
    device.free(tokens);
  }
  arena.dispose();
  return sequence.slice(prompt.length);
}

/** Tokens as somebody gets them, and the milliseconds between two of them once the step is recorded. */
async function draw(
  model: Transformer,
  prompt: readonly number[],
  options: Omit<SampleTokensOptions, "mode">,
): Promise<{ readonly tokens: number[]; readonly median: number; readonly best: number }> {
  const tokens: number[] = [];
  const times: number[] = [];
  let last = performance.now();
  for await (const token of sampleTokens(model, prompt, { ...options, mode: "dense" })) {
    const now = performance.now();
    tokens.push(token);
    times.push(now - last);
    last = now;
  }
  // The prompt, the step that only runs, and the one that is recorded.
  const sorted = times.slice(3).sort((a, b) => a - b);
  return { tokens, median: sorted[Math.floor(sorted.length / 2)] ?? NaN, best: sorted[0] ?? NaN };
}

const [preset, position, rounds] = [
  option("preset", "small"),
  Number(option("position", "1000")),
  Number(option("rounds", "15")),
];
const [count, together] = [Number(option("tokens", "32")), Number(option("together", "8"))];
const name = option("device", "cpu");
const threads = Number(option("threads", "0"));
const config = { ...presetConfig("tiny").device, threads, blas: option("blas", "off") };
const device = await openDevice({ ...config, name: name === "cuda" || name === "webgpu" ? name : "cpu" });
const model = modelOn(device, preset, position + count);
const times = await interleave(columns(model, position, together), { rounds });
const prompt = Array.from({ length: position }, (_, i) => i * 31 % model.config.shape.vocabularySize);
const expected = await recomputed(model, prompt, count);
const greedy = await draw(model, prompt, { count, temperature: 0, random: () => 0, key: "best" });
const nucleus = await draw(model, prompt, {
  count,
  temperature: 0.8,
  topP: 0.95,
  random: seededRandom(1),
  key: "nucleus",
});
const equal = greedy.tokens.filter((token, place) => token === expected[place]).length;
const per = (ms: number) => ms.toFixed(ms < 10 ? 2 : 1);
const lines = [
  `${machineName()}; ${device.description}`,
  "",
  `| ${preset}, position ${position} | median ms | least ms | again, over it |`,
  "| --- | ---: | ---: | ---: |",
  ...(["again", "cached", "together"] as const).map((column) => {
    const label = {
      again: "the whole sequence again",
      cached: "one token, cached",
      together: `${together} tokens of as many sequences`,
    };
    const ratio = (times.again.median / times[column].median).toFixed(1);
    return `| ${label[column]} | ${per(times[column].median)} | ${per(times[column].best)} | ${ratio}x |`;
  }),
  `| one token of \`sampleTokens\`, the best one | ${per(greedy.median)} | ${per(greedy.best)} | |`,
  `| one token of \`sampleTokens\`, top-p 0.95 | ${per(nucleus.median)} | ${per(nucleus.best)} | |`,
  "",
  `Greedy tokens from there on: ${equal} of ${count} equal, ${new Set(expected).size} different ones among them.`,
];
Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
device.dispose();
