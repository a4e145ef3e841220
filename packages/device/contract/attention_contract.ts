import type { AttentionShape } from "../kernels/attention.ts";
import { assertSame } from "./close.ts";
import { attentionDefinition } from "./attention_definition.ts";
import type { ContractContext } from "./contract_context.ts";
import { equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";

/** Shapes of attention, with what is special about them. */
export const ATTENTION_SHAPES: readonly { name: string; shape: AttentionShape }[] = [
  { name: "grouped queries", shape: { sequences: 2, sequenceLength: 17, heads: 6, keyValueHeads: 2, headDim: 12 } },
  { name: "one token", shape: { sequences: 1, sequenceLength: 1, heads: 1, keyValueHeads: 1, headDim: 2 } },
  { name: "one key head", shape: { sequences: 3, sequenceLength: 33, heads: 4, keyValueHeads: 1, headDim: 16 } },
  { name: "heads of 64", shape: { sequences: 1, sequenceLength: 130, heads: 2, keyValueHeads: 2, headDim: 64 } },
  { name: "three tokens", shape: { sequences: 2, sequenceLength: 3, heads: 2, keyValueHeads: 1, headDim: 32 } },
  { name: "heads of 96", shape: { sequences: 1, sequenceLength: 17, heads: 2, keyValueHeads: 2, headDim: 96 } },
  // Tiles of 32, 64 and 128 tokens: just one, and one token more.
  { name: "64 tokens", shape: { sequences: 2, sequenceLength: 64, heads: 2, keyValueHeads: 1, headDim: 64 } },
  { name: "65 tokens", shape: { sequences: 2, sequenceLength: 65, heads: 4, keyValueHeads: 2, headDim: 32 } },
  { name: "257 tokens", shape: { sequences: 1, sequenceLength: 257, heads: 3, keyValueHeads: 1, headDim: 32 } },
  // More than 65,535 heads of sequences, and of key heads.
  { name: "65,538 heads", shape: { sequences: 32769, sequenceLength: 2, heads: 2, keyValueHeads: 2, headDim: 2 } },
  { name: "heads of 128", shape: { sequences: 1, sequenceLength: 70, heads: 2, keyValueHeads: 1, headDim: 128 } },
];

async function check(context: ContractContext, shape: AttentionShape, magnitude: number): Promise<void> {
  const tokens = shape.sequences * shape.sequenceLength;
  const width = shape.heads * shape.headDim;
  const keyWidth = shape.keyValueHeads * shape.headDim;
  const q = context.input([tokens, width], context.random.uniform(tokens * width).map((value) => value * magnitude));
  const k = context.input([tokens, keyWidth]);
  const v = context.input([tokens, keyWidth]);
  const out = context.output([tokens, width]);
  const logSumExp = context.output([shape.sequences, shape.heads, shape.sequenceLength], "f32");
  context.kernels.attention({ q: q.tensor, k: k.tensor, v: v.tensor, shape, out, logSumExp });
  const expected = attentionDefinition(shape, q.values, k.values, v.values);
  await context.expectClose("out", out, expected.out);
  await context.expectClose("logSumExp", logSumExp, expected.logSumExp);
}

/** A query, key or value that is no number shows in all that see it, and in no other head or sequence. */
async function showsNaN(context: ContractContext, spoiled: "q" | "k" | "v"): Promise<void> {
  const shape = { sequences: 2, sequenceLength: 40, heads: 2, keyValueHeads: 2, headDim: 32 };
  const [tokens, width, row] = [80, 64, 17];
  const values = {
    q: context.random.uniform(tokens * width),
    k: context.random.uniform(tokens * width),
    v: context.random.uniform(tokens * width),
  };
  // The first head of token 17 of the first sequence.
  values[spoiled].fill(NaN, row * width, row * width + 32);
  const [q, k, v] = [values.q, values.k, values.v].map((part) => context.input([tokens, width], part));
  if (!q || !k || !v) throw new Error("Three inputs");
  const out = context.output([tokens, width]);
  const logSumExp = context.output([2, 2, 40], "f32");
  context.kernels.attention({ q: q.tensor, k: k.tensor, v: v.tensor, shape, out, logSumExp });
  const found = Array.from(await context.read(out), (value) => Number(Number.isNaN(value)));
  const expected = found.map((isNaN, i) => {
    const [token, isFirstHead] = [Math.floor(i / width), i % width < 32];
    if (!isFirstHead || token >= 40) return 0;
    if (spoiled === "q") return Number(token === row);
    // A value that is not seen may be multiplied by zero.
    return token >= row ? 1 : isNaN;
  });
  assertSame(found, expected, "which results are no numbers");
}

async function equalSequences(context: ContractContext): Promise<void> {
  for (const [sequences, sequenceLength] of [[3, 13], [5, 7], [3, 130]] as const) {
    const shape = { sequences, sequenceLength, heads: 4, keyValueHeads: 2, headDim: 16 };
    const [q, k, v] = [64, 32, 32].map((width) => equalInput(context, sequences, [sequenceLength, width]).tensor);
    if (!q || !k || !v) throw new Error("Three inputs");
    const out = context.output([sequences * sequenceLength, 64]);
    const logSumExp = context.output([sequences, 4, sequenceLength], "f32");
    context.kernels.attention({ q, k, v, shape, out, logSumExp });
    await expectEqualRows(context, "out", out, sequences);
    await expectEqualRows(context, "logSumExp", logSumExp, sequences);
  }
}

/** The contract of `attention`. */
export const attentionContract: KernelContract = [
  ...ATTENTION_SHAPES.map(({ name, shape }) => ({
    name,
    run: (context: ContractContext) => check(context, shape, 2),
  })),
  ...(["q", "k", "v"] as const).map((spoiled) => ({
    name: `a NaN in ${spoiled}`,
    run: (context: ContractContext) => showsNaN(context, spoiled),
  })),
  {
    name: "scores beyond the range of exp",
    run: (context) =>
      check(context, { sequences: 1, sequenceLength: 40, heads: 2, keyValueHeads: 2, headDim: 32 }, 200),
  },
  { name: "equal sequences give equal bits", run: equalSequences },
];
