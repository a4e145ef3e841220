import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

/** Few different tokens, so that many rows of the gradient meet in one row of the table. */
async function check(
  context: ContractContext,
  [tokens, vocabulary, width]: readonly [number, number, number],
  different: number,
): Promise<void> {
  const numbers = context.random.integers(tokens, different);
  const dOut = context.input([tokens, width]);
  const dTable = context.input([vocabulary, width], undefined, "f32");
  const expected = Float64Array.from(dTable.values);
  numbers.forEach((token, t) => {
    for (let d = 0; d < width; d++) {
      const i = token * width + d;
      expected[i] = (expected[i] ?? NaN) + (dOut.values[t * width + d] ?? NaN);
    }
  });
  context.kernels.embeddingBackward({
    tokens: context.integers([tokens], numbers),
    dOut: dOut.tensor,
    dTable: dTable.tensor,
  });
  await context.expectClose("dTable", dTable.tensor, expected);
}

/** They add nothing, neither to the table nor to what lies beside it. */
async function outsideOfVocabulary(context: ContractContext, vocabulary: number, width: number): Promise<void> {
  const numbers = [0, ...outside(vocabulary), 0, ...outside(vocabulary)];
  const dOut = context.input([numbers.length, width]);
  const dTable = surrounded(context, [vocabulary, width], "f32");
  const expected = Float64Array.from(dTable.values);
  numbers.forEach((token, t) => {
    for (let d = 0; token === 0 && d < width; d++) {
      expected[d] = (expected[d] ?? NaN) + (dOut.values[t * width + d] ?? NaN);
    }
  });
  const tokens = context.integers([numbers.length], numbers);
  context.kernels.embeddingBackward({ tokens, dOut: dOut.tensor, dTable: dTable.tensor });
  await context.expectClose("dTable", dTable.tensor, expected);
  await dTable.expectKept();
}

/** The contract of `embeddingBackward`. */
export const embeddingBackwardContract: KernelContract = [
  { name: "33 tokens of 257, width 17", run: (context) => check(context, [33, 257, 17], 257) },
  { name: "1 token of 1, width 1", run: (context) => check(context, [1, 1, 1], 1) },
  { name: "300 tokens, 5 different ones", run: (context) => check(context, [300, 40, 64], 5) },
  { name: "300 times the same token", run: (context) => check(context, [300, 7, 33], 1) },
  { name: "tokens outside of a vocabulary of 5", run: (context) => outsideOfVocabulary(context, 5, 12) },
  { name: "tokens outside of a vocabulary of 3, width 7", run: (context) => outsideOfVocabulary(context, 3, 7) },
];
