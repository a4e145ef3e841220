import type { PrepareProgress } from "@beyond24/data/prepare";
import { formatCount, formatDuration, UsageError } from "@beyond24/run";
import { type Call, type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";

const flags = {
  tokenizer: {
    kind: "text",
    form: "a tokenizer.json, a tiktoken file, or bytes",
    placeholder: "file",
    sentence: "The tokenizer: a tokenizer.json, a folder with one, a tiktoken file, or bytes",
  },
  out: { kind: "text", form: "a folder", placeholder: "dir", sentence: "Folder of the tokens" },
  field: {
    kind: "text",
    form: "a name",
    placeholder: "name",
    default: "text",
    sentence: "Field of a record, or column of a table, that is the document",
  },
  validation: {
    kind: "text",
    form: "such as 0.5%, or a file or folder",
    placeholder: "part",
    default: "0.5%",
    sentence: "What is held out: a percentage of the documents, or a file or folder of its own",
  },
  eos: {
    kind: "text",
    form: "a token",
    placeholder: "token",
    sentence: "Token that ends a document, where the tokenizer names none",
  },
  deduplicate: {
    kind: "switch",
    sentence: "Leave out documents that were there before, to the letter; for at most 12 million different ones",
  },
  strict: { kind: "switch", sentence: "Stop at the first record that is no document" },
  workers: {
    kind: "integer",
    minimum: 0,
    maximum: 1024,
    placeholder: "number",
    default: 0,
    sentence: "Threads; 0 takes one for each core",
  },
  overwrite: { kind: "switch", sentence: "Remove prepared tokens that lie in the folder" },
} as const satisfies FlagTable;

/** `prepare`: documents to tokens on the disk. */
export const prepareCommand: Command = defineCommand({
  name: "prepare",
  sentence:
    "Turns documents (.txt, .md, .jsonl, .ndjson, .json, .parquet, each also .gz or .zst) into tokens on the disk",
  operand: { name: "path", sentence: "files and folders of documents", least: 1 },
  flags,
  tasks: [{
    name: "prepare",
    permissions: { ...reading, write: true },
    // What its threads leave behind is let go of sooner: 345 MiB instead of 510 for two threads, in the same time.
    v8Flags: ["--max-semi-space-size=8", "--heap-growing-percent=30"],
  }],
  examples: [["prepare /data/dclm --tokenizer tokenizer.json --out tokens/dclm", "goes on where it was stopped"]],
  run: prepare,
});

async function prepare({ flags: given, operands: paths, terminal }: Call<typeof flags>): Promise<number> {
  const { tokenizer: source, out, eos, field, deduplicate, strict, workers, overwrite } = given;
  if (source === undefined) throw new UsageError("Cannot prepare as --tokenizer is missing: name a file, or bytes");
  if (out === undefined) throw new UsageError("Cannot prepare as --out is missing: name the folder of the tokens");
  const validation = parseValidation(given.validation);
  const { loadTokenizer } = await import("@beyond24/tokenizer");
  const { prepareTokens } = await import("@beyond24/data/prepare");
  const tokenizer = await loadTokenizer(source, eos === undefined ? {} : { eos });
  const stop = stopSignal(terminal, "after these documents, to go on with the same command");
  try {
    const { index } = await prepareTokens({
      paths,
      out,
      tokenizer,
      field,
      validation,
      deduplicate,
      strict,
      overwrite,
      ...(workers > 0 && { workers }),
      signal: stop.signal,
      onWarning: (message) => terminal.error(`warning: ${message}\n`),
      onProgress: progressLine(terminal),
    });
    if (index === undefined) {
      terminal.error("Stopped; the same command goes on\n");
      return exitCodes.interrupted;
    }
    const { train, validation: held, rejected, duplicates } = index;
    terminal.out(
      `${out}: ${formatCount(train.tokens)} tokens of ${formatCount(train.documents)} documents to train on, ` +
        `${formatCount(held.tokens)} of ${formatCount(held.documents)} held out, ` +
        `${formatCount(rejected)} records rejected, ${formatCount(duplicates)} duplicates left out\n`,
    );
    return exitCodes.done;
  } finally {
    stop.dispose();
  }
}

/** `0.5%` as a part, `0` as none, anything else as a path; one of digits only is written as `./5`. */
function parseValidation(text: string): number | string[] {
  const [, digits, percent] = /^(\d*[.,]?\d+)\s*(%?)$/.exec(text) ?? [];
  if (digits === undefined) return [text];
  const number = Number(digits.replace(",", "."));
  if (number === 0) return 0;
  if (percent === "%" && number >= 100) {
    throw new UsageError(`Cannot use --validation as it must be below 100%: current value is ${text}`);
  }
  if (percent === "%" && !digits.includes(",")) return number / 100;
  const meant = percent === "%" || number >= 1 ? number : Number((number * 100).toPrecision(6));
  throw new UsageError(
    `Cannot use --validation as it must be a percentage, a file or a folder: current value is ${text}. Write ` +
      (meant < 100 ? `${meant}%` : "such as 0.5%"),
  );
}

/** Says how far it is, every few seconds. */
function progressLine(terminal: Terminal): (progress: PrepareProgress) => void {
  const started = performance.now();
  let told = started;
  return ({ documents, tokens, bytes, done }) => {
    if (performance.now() - told < 5000) return;
    told = performance.now();
    const seconds = (told - started) / 1000;
    const left = done > 0 ? formatDuration(seconds / done - seconds) : "–";
    terminal.error(
      `${formatCount(documents)} documents · ${(bytes / 1e9).toFixed(2)} GB · ` +
        `${formatCount(tokens / seconds)} tokens/s · ${left} left\n`,
    );
  };
}
