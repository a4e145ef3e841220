import { rowRange } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { EQUAL_ROWS, equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded, surroundedIntegers } from "./outside.ts";

interface LogLikelihoodCase {
  readonly tokens: number;
  readonly vocabulary: number;
  readonly magnitude: number;
}

async function check(context: ContractContext, { tokens, vocabulary, magnitude }: LogLikelihoodCase): Promise<void> {
  const values = context.random.uniform(tokens * vocabulary).map((value) => value * magnitude);
  const logits = context.input([tokens, vocabulary], values);
  // A fifth asks for nothing, and another one for the largest score: by chance few would.
  const targets = context.random.integers(tokens, vocabulary).map((target, t) => {
    if (t % 5 === 3) return -1;
    const row = logits.values.subarray(t * vocabulary, (t + 1) * vocabulary);
    return t % 5 === 1 ? row.indexOf(row.reduce((a, b) => Math.max(a, b))) : target;
  });
  const [logLikelihoods, greedy] = [context.output([tokens], "f32"), context.output([tokens], "i32")];
  const numbers = context.integers([tokens], targets);
  context.kernels.logLikelihood({ logits: logits.tensor, targets: numbers, logLikelihoods, greedy });
  const expected = definition(logits.values, targets, vocabulary);
  await context.expectClose("log-likelihoods", logLikelihoods, expected.logLikelihoods);
  await context.expectSame("greedy", greedy, expected.greedy);
  await context.expectSame("logits", logits.tensor, logits.values);
}

function definition(logits: Float32Array, targets: Int32Array, vocabulary: number) {
  const row = (t: number) => Float64Array.from(logits.subarray(t * vocabulary, (t + 1) * vocabulary));
  const logLikelihoods = Float64Array.from(targets, (target, t) => {
    if (target === -1) return 0;
    const largest = row(t).reduce((a, b) => Math.max(a, b));
    return (row(t)[target] ?? NaN) - largest -
      Math.log(row(t).reduce((sum, score) => sum + Math.exp(score - largest), 0));
  });
  const greedy = Int32Array.from(targets, (target, t) => {
    const best = row(t).reduce((place, score, i, all) => score > (all[place] ?? 0) ? i : place, 0);
    return Number(best === target);
  });
  return { logLikelihoods, greedy };
}

/**
 * -1 asks for nothing, whatever the scores are; another number that is no token gives NaN and not a neighbour's score.
 */
async function outsideOfVocabulary(context: ContractContext, vocabulary: number): Promise<void> {
  const targets = [vocabulary - 1, ...outside(vocabulary), -1];
  const logits = surrounded(context, [targets.length, vocabulary]);
  context.kernels.fill({ out: rowRange(logits.tensor, targets.length - 1, targets.length), value: NaN });
  const [logLikelihoods, greedy] = [
    surrounded(context, [targets.length], "f32"),
    surroundedIntegers(context, [targets.length]),
  ];
  const numbers = context.integers([targets.length], targets);
  context.kernels.logLikelihood({
    logits: logits.tensor,
    targets: numbers,
    logLikelihoods: logLikelihoods.tensor,
    greedy: greedy.tensor,
  });
  const first = definition(logits.values.subarray(0, vocabulary), Int32Array.of(vocabulary - 1), vocabulary);
  await context.expectClose("log-likelihood", rowRange(logLikelihoods.tensor, 0, 1), first.logLikelihoods);
  const others = targets.slice(1).map((target) => target === -1 ? 0 : NaN);
  await context.expectSame("log-likelihoods", rowRange(logLikelihoods.tensor, 1, targets.length), others);
  await context.expectSame("greedy", greedy.tensor, [...first.greedy, ...others.map(() => 0)]);
  await logLikelihoods.expectKept();
  await greedy.expectKept();
}

/** Of equal scores the lowest token is the greedy one, wherever they lie. */
async function ties(context: ContractContext, vocabulary: number): Promise<void> {
  const [first, second, last] = [Math.floor(vocabulary / 3), Math.floor(vocabulary / 2), vocabulary - 1];
  const values = context.random.uniform(4 * vocabulary);
  for (let row = 0; row < 4; row++) for (const place of [first, second, last]) values[row * vocabulary + place] = 3;
  const logits = context.input([4, vocabulary], values);
  const [logLikelihoods, greedy] = [context.output([4], "f32"), context.output([4], "i32")];
  const targets = context.integers([4], [first, second, last, 0]);
  context.kernels.logLikelihood({ logits: logits.tensor, targets, logLikelihoods, greedy });
  await context.expectSame("greedy", greedy, [1, 0, 0, 0]);
}

/** One score that is no number, or infinite, shows in the log-likelihood of its row, and in no other. */
async function shows(context: ContractContext, score: number, vocabulary: number): Promise<void> {
  const places = [0, 3, vocabulary - 1];
  const values = context.random.uniform((places.length + 1) * vocabulary);
  for (const [row, place] of places.entries()) values[row * vocabulary + place] = score;
  const logits = context.input([places.length + 1, vocabulary], values);
  const [logLikelihoods, greedy] = [context.output([4], "f32"), context.output([4], "i32")];
  const targets = context.integers([4], [1, 1, 1, 1]);
  context.kernels.logLikelihood({ logits: logits.tensor, targets, logLikelihoods, greedy });
  const found = await context.read(rowRange(logLikelihoods, 0, 3));
  assertSame(Array.from(found, (value) => Number(Number.isFinite(value))), [0, 0, 0], "whether they are finite");
  const whole = definition(logits.values.subarray(3 * vocabulary), Int32Array.of(1), vocabulary);
  await context.expectClose("that of the last row", rowRange(logLikelihoods, 3, 4), whole.logLikelihoods);
}

/** It is the loss of `crossEntropy`, with the other sign. */
async function asLoss(context: ContractContext): Promise<void> {
  const [tokens, vocabulary] = [9, 130];
  const logits = context.input([tokens, vocabulary]).tensor;
  const targets = context.integers([tokens], context.random.integers(tokens, vocabulary));
  const [logLikelihoods, greedy] = [context.output([tokens], "f32"), context.output([tokens], "i32")];
  const losses = context.output([tokens], "f32");
  context.kernels.logLikelihood({ logits, targets, logLikelihoods, greedy });
  context.kernels.crossEntropy({ logits, targets, losses });
  await context.expectClose(
    "log-likelihoods",
    logLikelihoods,
    Float64Array.from(await context.read(losses), (loss) => -loss),
  );
}

async function equalRows(context: ContractContext): Promise<void> {
  for (const rows of EQUAL_ROWS) {
    const logits = equalInput(context, rows, [67]).tensor;
    const targets = context.integers([rows], new Array<number>(rows).fill(3));
    const [logLikelihoods, greedy] = [context.output([rows], "f32"), context.output([rows], "i32")];
    context.kernels.logLikelihood({ logits, targets, logLikelihoods, greedy });
    await expectEqualRows(context, "log-likelihoods", logLikelihoods, rows);
  }
}

/** The contract of `logLikelihood`. */
export const logLikelihoodContract: KernelContract = [
  { name: "17 tokens of 257", run: (c) => check(c, { tokens: 17, vocabulary: 257, magnitude: 4 }) },
  { name: "1 token of 3", run: (c) => check(c, { tokens: 1, vocabulary: 3, magnitude: 1 }) },
  { name: "33 tokens of 4096", run: (c) => check(c, { tokens: 33, vocabulary: 4096, magnitude: 4 }) },
  { name: "6 tokens of 5003", run: (c) => check(c, { tokens: 6, vocabulary: 5003, magnitude: 4 }) },
  { name: "scores beyond the range of exp", run: (c) => check(c, { tokens: 9, vocabulary: 65, magnitude: 1000 }) },
  { name: "targets outside of a vocabulary of 5", run: (c) => outsideOfVocabulary(c, 5) },
  { name: "targets outside of a vocabulary of 64", run: (c) => outsideOfVocabulary(c, 64) },
  { name: "ties of 7 scores", run: (c) => ties(c, 7) },
  { name: "ties of 400 scores", run: (c) => ties(c, 400) },
  { name: "a NaN among 7 scores", run: (c) => shows(c, NaN, 7) },
  { name: "a NaN among 300 scores", run: (c) => shows(c, NaN, 300) },
  { name: "infinity among 7 scores", run: (c) => shows(c, Infinity, 7) },
  { name: "infinity among 300 scores", run: (c) => shows(c, Infinity, 300) },
  { name: "the loss of crossEntropy", run: asLoss },
  { name: "equal rows give equal bits", run: equalRows },
];
