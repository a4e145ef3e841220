import { formatCount, UsageError } from "@beyond24/run";
import { replaceFile } from "@beyond24/disk";
import { type Call, type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const flags = {
  vocabulary: {
    kind: "integer",
    minimum: 257,
    maximum: 2 ** 24,
    placeholder: "number",
    default: 32_000,
    sentence: "Tokens to learn, bytes and the token that ends a text among them",
  },
  field: {
    kind: "text",
    form: "a name",
    placeholder: "name",
    default: "text",
    sentence: "Field of a record, or column of a table, that is the document",
  },
  out: {
    kind: "text",
    form: "a file",
    placeholder: "file",
    default: "tokenizer.json",
    sentence: "File of the tokenizer",
  },
} as const satisfies FlagTable;

/** `tokenizer train`: learns a byte-level BPE. */
export const tokenizerCommand: Command = defineCommand({
  name: "tokenizer",
  sentence: "Learns a byte-level BPE from documents, as a tokenizer.json that transformers loads",
  operand: { name: "path", sentence: "the word train, then files and folders of documents", least: 2 },
  flags,
  tasks: [{ name: "tokenizer", permissions: { ...reading, write: true } }],
  examples: [["tokenizer train corpus/ --vocabulary 32000", "writes tokenizer.json"]],
  run: train,
});

async function train({ flags: given, operands, terminal }: Call<typeof flags>): Promise<number> {
  const [action, ...paths] = operands;
  if (action !== "train") {
    throw new UsageError(`Cannot run tokenizer as its first word must be train: current value is ${action}`);
  }
  const { trainTokenizer } = await import("@beyond24/tokenizer");
  const { documentTexts } = await import("@beyond24/data/prepare");
  let told = performance.now();
  const file = await trainTokenizer(documentTexts(paths, { field: given.field }), {
    vocabularySize: given.vocabulary,
    onProgress: ({ characters, tokens }) => {
      if (performance.now() - told < 5000) return;
      told = performance.now();
      terminal.error(`${formatCount(characters)} characters counted · ${formatCount(tokens)} tokens learned\n`);
    },
  });
  await replaceFile(given.out, JSON.stringify(file) + "\n");
  terminal.out(`${given.out}: ${formatCount(given.vocabulary)} tokens\n`);
  return exitCodes.done;
}
