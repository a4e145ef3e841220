import { rowRange } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";
import { EQUAL_ROWS, equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

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

/**
 * -1 counts nothing, whatever the scores are; another number that is no token gives NaN and not a neighbour's score.
 */
async function outsideOfVocabulary(context: ContractContext, vocabulary: number): Promise<void> {
  const targets = [vocabulary - 1, ...outside(vocabulary), -1];
  const logits = surrounded(context, [targets.length, vocabulary]);
  context.kernels.fill({ out: rowRange(logits.tensor, targets.length - 1, targets.length), value: NaN });
  const [losses, dLogits] = [context.output([targets.length], "f32"), context.output([targets.length, vocabulary])];
  const numbers = context.integers([targets.length], targets);
  context.kernels.crossEntropy({ logits: logits.tensor, targets: numbers, losses, dLogits });
  const first = definition(logits.values.subarray(0, vocabulary), Int32Array.of(vocabulary - 1), vocabulary, 1);
  await context.expectClose("loss", rowRange(losses, 0, 1), first.losses);
  await context.expectClose("gradient", rowRange(dLogits, 0, 1), first.dLogits);
  const others = targets.slice(1).map((target) => target === -1 ? 0 : NaN);
  await context.expectSame("losses", rowRange(losses, 1, targets.length), others);
  const rows = others.flatMap((value) => new Array<number>(vocabulary).fill(value));
  await context.expectSame("gradients", rowRange(dLogits, 1, targets.length), rows);
}

/** One score that is no number, or infinite, shows in the loss of its row, wherever the target is, and in no other. */
async function shows(context: ContractContext, score: number, vocabulary: number): Promise<void> {
  const places = [0, 3, vocabulary - 1];
  const values = context.random.uniform((places.length + 1) * vocabulary);
  for (const [row, place] of places.entries()) values[row * vocabulary + place] = score;
  const logits = context.input([places.length + 1, vocabulary], values);
  const targets = Int32Array.of(1, 1, 1, 1);
  const [losses, dLogits] = [context.output([4], "f32"), context.output([4, vocabulary])];
  context.kernels.crossEntropy({ logits: logits.tensor, targets: context.integers([4], targets), losses, dLogits });
  const found = await context.read(rowRange(losses, 0, 3));
  assertSame(Array.from(found, (loss) => Number(Number.isFinite(loss))), [0, 0, 0], "whether the losses are finite");
  const whole = definition(logits.values.subarray(3 * vocabulary), Int32Array.of(1), vocabulary, 1);
  await context.expectClose("loss of the last row", rowRange(losses, 3, 4), whole.losses);
  await context.expectClose("its gradient", rowRange(dLogits, 3, 4), whole.dLogits);
}

/** A factor on the device is a factor like that of the call, and 1 changes no bit. */
async function withFactor(context: ContractContext, factor: number): Promise<void> {
  const [tokens, vocabulary, scale] = [7, 65, 1 / 7];
  const logits = context.input([tokens, vocabulary]);
  const targets = context.random.integers(tokens, vocabulary).fill(-1, 2, 4);
  const numbers = context.integers([tokens], targets);
  const [losses, dLogits, plain] = [
    context.output([tokens], "f32"),
    context.output([tokens, vocabulary]),
    context.output([tokens, vocabulary]),
  ];
  const shared = { logits: logits.tensor, targets: numbers, losses, scale };
  context.kernels.crossEntropy({ ...shared, dLogits, factor: context.input([1], [factor], "f32").tensor });
  context.kernels.crossEntropy({ ...shared, dLogits: plain });
  const expected = definition(logits.values, targets, vocabulary, scale * factor);
  await context.expectClose("losses", losses, expected.losses);
  await context.expectClose("dLogits", dLogits, expected.dLogits);
  if (factor === 1) await context.expectSame("dLogits", dLogits, await context.read(plain));
}

/**
 * Columns behind the classes count nothing, even NaN: loss and gradients are those of scores without them, and theirs
 * is 0.
 */
async function padded(context: ContractContext, classes: number, vocabulary: number, inPlace: boolean): Promise<void> {
  const targets = Int32Array.of(0, classes - 1, -1, classes, vocabulary - 1, vocabulary);
  const scores = context.random.uniform(targets.length * classes);
  const rows = targets.values().toArray().map((_, t) => scores.subarray(t * classes, (t + 1) * classes));
  const padding = new Array<number>(vocabulary - classes).fill(NaN);
  const logits = context.input([targets.length, vocabulary], rows.flatMap((row) => [...row, ...padding]));
  const losses = context.output([targets.length], "f32");
  const dLogits = inPlace ? logits.tensor : context.output([targets.length, vocabulary]);
  const numbers = context.integers([targets.length], targets);
  context.kernels.crossEntropy({ logits: logits.tensor, classes, targets: numbers, losses, dLogits });
  const rounded = Float32Array.from(rows.flatMap((_, t) => [
    ...logits.values.subarray(t * vocabulary, t * vocabulary + classes),
  ]));
  const expected = definition(rounded.subarray(0, 3 * classes), targets.subarray(0, 3), classes, 1);
  await context.expectClose("losses", rowRange(losses, 0, 3), expected.losses);
  await context.expectSame("losses without a token", rowRange(losses, 3, 6), [NaN, NaN, NaN]);
  const found = await context.read(dLogits);
  const gradients = context.input(
    [3, classes],
    [0, 1, 2].flatMap((t) => [...found.subarray(t * vocabulary, t * vocabulary + classes)]),
  );
  await context.expectClose("gradients", gradients.tensor, expected.dLogits);
  const behind = targets.values().toArray().flatMap((
    _,
    t,
  ) => [...found.subarray(t * vocabulary + classes, (t + 1) * vocabulary)]);
  assertSame(behind, behind.map(() => 0), "gradients of the padding");
}

async function equalRows(context: ContractContext): Promise<void> {
  for (const rows of EQUAL_ROWS) {
    const logits = equalInput(context, rows, [67]).tensor;
    const targets = context.integers([rows], new Array<number>(rows).fill(3));
    const [losses, dLogits] = [context.output([rows], "f32"), context.output([rows, 67])];
    context.kernels.crossEntropy({ logits, targets, losses, dLogits, scale: 1 / rows });
    await expectEqualRows(context, "losses", losses, rows);
    await expectEqualRows(context, "dLogits", dLogits, rows);
  }
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
  { name: "targets outside of a vocabulary of 5", run: (c) => outsideOfVocabulary(c, 5) },
  { name: "targets outside of a vocabulary of 64", run: (c) => outsideOfVocabulary(c, 64) },
  { name: "a factor on the device", run: (c) => withFactor(c, 3.5) },
  { name: "a factor of 1 changes no bit", run: (c) => withFactor(c, 1) },
  { name: "a NaN among 7 scores", run: (c) => shows(c, NaN, 7) },
  { name: "a NaN among 300 scores", run: (c) => shows(c, NaN, 300) },
  { name: "infinity among 7 scores", run: (c) => shows(c, Infinity, 7) },
  { name: "infinity among 300 scores", run: (c) => shows(c, Infinity, 300) },
  { name: "7 classes of 16", run: (c) => padded(c, 7, 16, false) },
  { name: "1000 classes of 1024, in place", run: (c) => padded(c, 1000, 1024, true) },
  { name: "equal rows give equal bits", run: equalRows },
];
