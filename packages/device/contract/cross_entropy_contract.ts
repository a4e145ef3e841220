import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

interface CrossEntropyCase {
  readonly tokens: number;
  readonly vocabulary: number;
  readonly magnitude: number;
  readonly gradient: "new" | "in place" | "none";
  readonly scale?: number;
}

async function check(context: ContractContext, options: CrossEntropyCase): Promise<void> {
  const { tokens, vocabulary, magnitude, gradient, scale } = options;
  const values = context.random.uniform(tokens * vocabulary).map((value) => value * magnitude);
  const logits = context.input([tokens, vocabulary], values);
  const targets = context.random.integers(tokens, vocabulary).map((target, t) => t % 5 === 3 ? -1 : target);
  const losses = context.output([tokens], "f32");
  const fresh = gradient === "new" ? context.output([tokens, vocabulary]) : logits.tensor;
  const dLogits = gradient === "none" ? {} : { dLogits: fresh };
  context.kernels.crossEntropy({
    logits: logits.tensor,
    targets: context.integers([tokens], targets),
    losses,
    ...dLogits,
    ...(scale === undefined ? {} : { scale }),
  });
  const expected = definition(logits.values, targets, vocabulary, scale ?? 1);
  await context.expectClose("losses", losses, expected.losses);
  if (gradient === "none") await context.expectSame("logits", logits.tensor, logits.values);
  else await context.expectClose("dLogits", fresh, expected.dLogits);
}

function definition(logits: Float32Array, targets: Int32Array, vocabulary: number, scale: number) {
  const dLogits = new Float64Array(logits.length);
  const losses = Float64Array.from(targets, (target, t) => {
    if (target < 0) return 0;
    const row = Float64Array.from(logits.subarray(t * vocabulary, (t + 1) * vocabulary));
    const largest = Math.max(...row);
    const logSumExp = largest + Math.log(row.reduce((sum, score) => sum + Math.exp(score - largest), 0));
    row.forEach((score, i) => {
      dLogits[t * vocabulary + i] = scale * (Math.exp(score - logSumExp) - (i === target ? 1 : 0));
    });
    return logSumExp - (row[target] ?? NaN);
  });
  return { losses, dLogits };
}

/** The contract of `crossEntropy`. */
export const crossEntropyContract: KernelContract = [
  {
    name: "17 tokens of 257, scale 1 / 17",
    run: (c) => check(c, { tokens: 17, vocabulary: 257, magnitude: 4, gradient: "new", scale: 1 / 17 }),
  },
  {
    name: "in place, 1 token of 3",
    run: (c) => check(c, { tokens: 1, vocabulary: 3, magnitude: 1, gradient: "in place" }),
  },
  {
    name: "in place, 5 tokens of 5003",
    run: (c) => check(c, { tokens: 5, vocabulary: 5003, magnitude: 4, gradient: "in place", scale: 0.25 }),
  },
  {
    name: "losses only",
    run: (c) => check(c, { tokens: 33, vocabulary: 100, magnitude: 4, gradient: "none" }),
  },
  {
    name: "scores beyond the range of exp",
    run: (c) => check(c, { tokens: 9, vocabulary: 65, magnitude: 1000, gradient: "new" }),
  },
];
