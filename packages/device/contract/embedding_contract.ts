import type { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { outside, surrounded } from "./outside.ts";

async function check(context: ContractContext, tokens: number, vocabulary: number, width: number): Promise<void> {
  const numbers = context.random.integers(tokens, vocabulary);
  numbers.set([vocabulary - 1, 0].slice(0, tokens));
  const table = context.input([vocabulary, width]);
  const out = context.output([tokens, width]);
  context.kernels.embedding({ tokens: context.integers([tokens], numbers), table: table.tensor, out });
  const rows = Array.from(numbers, (token) => [...table.values.subarray(token * width, (token + 1) * width)]);
  await context.expectSame("out", out, rows.flat());
}

/** What lies beside the table is nobody's embedding. */
async function outsideOfVocabulary(context: ContractContext, vocabulary: number, width: number): Promise<void> {
  const numbers = [0, ...outside(vocabulary), vocabulary - 1];
  const table = surrounded(context, [vocabulary, width]);
  const out = context.output([numbers.length, width]);
  context.kernels.embedding({ tokens: context.integers([numbers.length], numbers), table: table.tensor, out });
  const nothing = new Array<number>(width).fill(NaN);
  const rows = numbers.map((token) =>
    token >= 0 && token < vocabulary ? [...table.values.subarray(token * width, (token + 1) * width)] : nothing
  );
  await context.expectSame("out", out, rows.flat());
}

/** The contract of `embedding`. */
export const embeddingContract: KernelContract = [
  { name: "33 tokens of 257, width 17", run: (context) => check(context, 33, 257, 17) },
  { name: "1 token of 1, width 1", run: (context) => check(context, 1, 1, 1) },
  { name: "130 tokens of 1000, width 64", run: (context) => check(context, 130, 1000, 64) },
  { name: "tokens outside of a vocabulary of 5", run: (context) => outsideOfVocabulary(context, 5, 12) },
  { name: "tokens outside of a vocabulary of 3, width 7", run: (context) => outsideOfVocabulary(context, 3, 7) },
];
