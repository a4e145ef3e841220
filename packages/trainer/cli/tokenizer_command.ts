import { formatCount, UsageError } from "@beyond24/run";
import { diskError, replaceFile } from "@beyond24/disk";
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
  overwrite: { kind: "switch", sentence: "Replace a file that is there" },
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
  await checkOut(given);
  const { trainTokenizer } = await import("@beyond24/tokenizer");
  const { documentTexts } = await import("@beyond24/data/prepare");
  let [rejected, first] = [0, ""];
  const onRejected = (record: string) => {
    if (rejected++ === 0) first = record;
  };
  let told = performance.now();
  const file = await trainTokenizer(documentTexts(paths, { field: given.field, onRejected }), {
    vocabularySize: given.vocabulary,
    onProgress: ({ characters, tokens }) => {
      if (performance.now() - told < 5000) return;
      told = performance.now();
      terminal.error(`${formatCount(characters)} characters counted · ${formatCount(tokens)} tokens learned\n`);
    },
  });
  if (rejected > 0) {
    terminal.error(
      `warning: Passed over ${formatCount(rejected)} records that are no documents, the first of them ${first}\n`,
    );
  }
  await replaceFile(given.out, JSON.stringify(file) + "\n");
  terminal.out(`${given.out}: ${formatCount(given.vocabulary)} tokens\n`);
  return exitCodes.done;
}

/** Learning takes hours on a large corpus, so where it goes is looked at before. */
async function checkOut({ out, overwrite }: { readonly out: string; readonly overwrite: boolean }): Promise<void> {
  const found = await Deno.stat(out).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw diskError(`write ${out}`, error);
  });
  if (found === undefined) return;
  if (!found.isFile) {
    throw new UsageError(`Cannot write ${out} as it must be a file: current value is a folder or device`);
  }
  if (!overwrite) {
    throw new UsageError(`Cannot write ${out} as it is there: use another --out, or --overwrite to lose it`);
  }
}
