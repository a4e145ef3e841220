import type { AttentionShape } from "../kernels/attention.ts";
import type { ContractContext, Input } from "./contract_context.ts";
import { equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { expectCloseOrNaN, outside, surrounded } from "./outside.ts";

interface CacheCase {
  readonly shape: AttentionShape;
  readonly places: readonly number[];
}

/** A cache as it is in use: NaN in the rows behind the last token of every sequence, which must not be read. */
function cacheOf(context: ContractContext, { shape, places }: CacheCase): Input {
  const { sequences, sequenceLength, keyValueHeads, headDim } = shape;
  const width = keyValueHeads * headDim;
  const values = context.random.uniform(sequences * sequenceLength * width);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const [first, end] = [sequence * sequenceLength, (sequence + 1) * sequenceLength];
    const last = Math.max(first - 1, ...places.filter((place) => place >= first && place < end));
    values.fill(NaN, (last + 1) * width, end * width);
  }
  return context.input([sequences * sequenceLength, width], values);
}

/** Attention to a cache by its formula, in float64; NaN for a place that the cache does not have. */
function definition(
  { shape, places }: CacheCase,
  { q, keys, values }: Readonly<Record<"q" | "keys" | "values", Float32Array>>,
): Float64Array {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const out = new Float64Array(q.length);
  for (let row = 0; row < places.length * heads; row++) {
    const place = places[Math.floor(row / heads)] ?? NaN;
    if (!(place >= 0 && place < sequences * sequenceLength)) {
      out.fill(NaN, row * headDim, (row + 1) * headDim);
      continue;
    }
    const first = Math.floor(place / sequenceLength) * sequenceLength;
    const keyHead = Math.floor(row % heads * keyValueHeads / heads);
    const startOf = (s: number) => ((first + s) * keyValueHeads + keyHead) * headDim;
    const scores = Float64Array.from({ length: place - first + 1 }, (_, s) => {
      let sum = 0;
      for (let d = 0; d < headDim; d++) sum += (q[row * headDim + d] ?? NaN) * (keys[startOf(s) + d] ?? NaN);
      return sum / Math.sqrt(headDim);
    });
    const largest = scores.reduce((a, b) => Math.max(a, b));
    const weights = scores.map((score) => Math.exp(score - largest));
    const total = weights.reduce((a, b) => a + b);
    for (let d = 0; d < headDim; d++) {
      out[row * headDim + d] = weights.reduce((sum, weight, s) => sum + weight * (values[startOf(s) + d] ?? NaN), 0) /
        total;
    }
  }
  return out;
}

async function check(context: ContractContext, cache: CacheCase, magnitude = 2): Promise<void> {
  const { shape, places } = cache;
  const width = shape.heads * shape.headDim;
  const queries = context.random.uniform(places.length * width).map((value) => value * magnitude);
  const q = context.input([places.length, width], queries);
  const [keys, values] = [cacheOf(context, cache), cacheOf(context, cache)];
  const out = context.output([places.length, width]);
  context.kernels.cachedAttention({
    ...{ q: q.tensor, keys: keys.tensor, values: values.tensor, shape, out },
    places: context.integers([places.length], places),
  });
  const expected = definition(cache, { q: q.values, keys: keys.values, values: values.values });
  await context.expectClose("out", out, expected);
}

/** Of a token that stands nowhere comes NaN, and nothing that lies beside the cache. */
async function outsideOfCache(context: ContractContext): Promise<void> {
  const shape = { sequences: 2, sequenceLength: 6, heads: 2, keyValueHeads: 1, headDim: 8 };
  const places = [5, ...outside(12), 7];
  const q = context.input([places.length, 16]);
  const [keys, values] = [surrounded(context, [12, 8]), surrounded(context, [12, 8])];
  const out = context.output([places.length, 16]);
  context.kernels.cachedAttention({
    ...{ q: q.tensor, keys: keys.tensor, values: values.tensor, shape, out },
    places: context.integers([places.length], places),
  });
  const expected = definition({ shape, places }, { q: q.values, keys: keys.values, values: values.values });
  await expectCloseOrNaN(context, "out", out, expected);
}

/** The same token in sequences that hold the same: in one pass, and alone in one. */
async function equalTokens(context: ContractContext, position: number): Promise<void> {
  const shape = { sequences: 5, sequenceLength: position + 3, heads: 4, keyValueHeads: 2, headDim: 16 };
  const q = equalInput(context, 5, [64]).tensor;
  const [keys, values] = [0, 1].map(() => equalInput(context, 5, [shape.sequenceLength, 32]).tensor);
  if (!keys || !values) throw new Error("Two inputs");
  const out = context.output([5, 64]);
  const places = Array.from({ length: 5 }, (_, sequence) => sequence * shape.sequenceLength + position);
  context.kernels.cachedAttention({ q, keys, values, shape, out, places: context.integers([5], places) });
  await expectEqualRows(context, "out", out, 5);
}

/** Fresh tokens: the bits of turning, remembering and attending one after the other, also where they stand nowhere. */
async function remembers(context: ContractContext, { shape, places }: CacheCase): Promise<void> {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const [tokens, rows] = [places.length, sequences * sequenceLength];
  const [width, keyWidth] = [heads * headDim, keyValueHeads * headDim];
  const [q, k, v] = [width, keyWidth, keyWidth].map((cols) => context.input([tokens, cols]).values);
  const [cosines, sines] = [0, 1].map(() => context.input([sequenceLength, headDim / 2], undefined, "f32").tensor);
  const known = [0, 1].map(() => context.input([rows, keyWidth]).values);
  if (!q || !k || !v || !cosines || !sines) throw new Error("Three inputs, two angles");
  const make = () => ({
    q: context.input([tokens, width], q).tensor,
    k: context.input([tokens, keyWidth], k).tensor,
    v: context.input([tokens, keyWidth], v).tensor,
    keys: context.input([rows, keyWidth], known[0]).tensor,
    values: context.input([rows, keyWidth], known[1]).tensor,
    out: context.output([tokens, width]),
  });
  const { kernels } = context;
  const [apart, within] = [make(), make()];
  const at = context.integers([tokens], places);
  const angles = { cosines, sines };
  kernels.rope({ x: apart.q, out: apart.q, heads, ...angles, positions: at });
  kernels.rope({ x: apart.k, out: apart.k, heads: keyValueHeads, ...angles, positions: at });
  kernels.writeRows({ x: apart.k, rows: at, out: apart.keys });
  kernels.writeRows({ x: apart.v, rows: at, out: apart.values });
  const attention = ({ q, keys, values, out }: typeof apart) => ({ q, keys, values, out, shape, places: at });
  kernels.cachedAttention(attention(apart));
  kernels.cachedAttention({ ...attention(within), fresh: { k: within.k, v: within.v, ...angles } });
  for (const name of ["q", "k", "keys", "values", "out"] as const) {
    await context.expectSame(name, within[name], await context.device.read(apart[name]));
  }
}

/** Places from `start` on, one after the other. */
function run(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}

const grouped = { sequences: 3, sequenceLength: 40, heads: 6, keyValueHeads: 2, headDim: 12 };
const fresh: readonly CacheCase[] = [
  { shape: grouped, places: [17, 40, 119] },
  { shape: grouped, places: run(50, 9) },
  { shape: grouped, places: [3, -1, 120] },
  { shape: { sequences: 2, sequenceLength: 200, heads: 6, keyValueHeads: 2, headDim: 64 }, places: [150, 263, 328] },
  { shape: { sequences: 1, sequenceLength: 9, heads: 2, keyValueHeads: 1, headDim: 128 }, places: [8] },
];
const wide = { sequences: 2, sequenceLength: 700, heads: 4, keyValueHeads: 2, headDim: 64 };

const cases: readonly (readonly [name: string, cache: CacheCase])[] = [
  ["grouped queries, a token of each sequence", { shape: grouped, places: [17, 40, 119] }],
  ["some of the sequences, in any order", { shape: grouped, places: [80, 3] }],
  ["a run of tokens behind others", { shape: grouped, places: run(50, 9) }],
  ["first tokens of one head of 2", {
    shape: { sequences: 1, sequenceLength: 1, heads: 1, keyValueHeads: 1, headDim: 2 },
    places: [0],
  }],
  ["positions at the ends of blocks of keys", {
    shape: wide,
    places: [31, 32, 63, 64, 127, 128, 255, 256, 511, 512].map((place, i) => place + i % 2 * 700),
  }],
  ["700 positions", { shape: wide, places: [699, 1399] }],
  ["heads of 32, 1030 positions", {
    shape: { sequences: 1, sequenceLength: 1030, heads: 4, keyValueHeads: 2, headDim: 32 },
    places: [1029, 1000, 959, 960],
  }],
  ["heads of 128", {
    shape: { sequences: 1, sequenceLength: 300, heads: 8, keyValueHeads: 1, headDim: 128 },
    places: [299, 255],
  }],
  ["heads of 96", {
    shape: { sequences: 1, sequenceLength: 17, heads: 2, keyValueHeads: 2, headDim: 96 },
    places: run(0, 17),
  }],
  ["heads of 6", {
    shape: { sequences: 2, sequenceLength: 70, heads: 3, keyValueHeads: 3, headDim: 6 },
    places: [69, 100],
  }],
];

/** The contract of `cachedAttention`. */
export const cachedAttentionContract: KernelContract = [
  ...cases.map(([name, cache]) => ({ name, run: (context: ContractContext) => check(context, cache) })),
  {
    name: "scores beyond the range of exp",
    run: (context) =>
      check(
        context,
        { shape: { sequences: 1, sequenceLength: 40, heads: 2, keyValueHeads: 2, headDim: 32 }, places: [39, 20] },
        200,
      ),
  },
  { name: "places that there are not", run: outsideOfCache },
  ...fresh.map((cache) => ({
    name: `fresh tokens at ${cache.places} with heads of ${cache.shape.headDim}`,
    run: (context: ContractContext) => remembers(context, cache),
  })),
  { name: "equal tokens give equal bits", run: (context) => equalTokens(context, 13) },
  { name: "equal tokens give equal bits, 300 positions", run: (context) => equalTokens(context, 300) },
];
