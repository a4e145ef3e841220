import { durableFileSystem, type FileSystem, makeFolders } from "@beyond24/disk";
import { tokenizerFileNames } from "@beyond24/tokenizer";
import { DataError } from "../data_error.ts";
import { textDigest } from "../tokens/file_digest.ts";
import { tokenFormatVersion, type TokenIndex, tokenIndexFile, tokenTypeOf } from "../tokens/token_index.ts";
import { lockFolder } from "./_lock_folder.ts";
import { encodeSources } from "./encode_sources.ts";
import { FolderInUseError } from "./folder_in_use_error.ts";
import { defaultValidation, type PlannedSource, planSources } from "./plan_sources.ts";
import { journalFile, newJournal, type PrepareJournal, readJournal } from "./prepare_journal.ts";
import type { PrepareOptions } from "./prepare_options.ts";
import { digestsFile, PreparedOutput, rejectedFile } from "./prepared_output.ts";
import { writeIndex } from "./write_index.ts";

/** What a preparation came to. */
export interface PrepareResult {
  /** Whether all is prepared, or the signal stopped it and the same call goes on. */
  readonly status: "finished" | "interrupted";
  /** What `index.json` holds; undefined when it was interrupted. */
  readonly index: TokenIndex | undefined;
}

/**
 * Turns documents into tokens on the disk: reads files as streams, encodes them in threads, splits them into training
 * and validation by the digest of each document, and writes shards, an index with their SHA-256, and the tokenizer.
 *
 * What is written depends on documents, tokenizer and options alone: not on the number of threads, and not on whether
 * the preparation was stopped, even by `kill -9`, and the same call went on with it. What is in memory does not grow
 * with the documents.
 *
 * @param options Documents, tokenizer, folder
 * @returns The index
 * @throws {DataError} If documents cannot be used, or there are none; what was done stays
 * @throws {FolderInUseError} If the folder holds other things, or another process prepares tokens in it
 * @throws {DiskError} If the disk is full or refuses; what was done stays
 *
 * @example Prepare two documents
 * ```ts
 * import { prepareTokens } from "@beyond24/data/prepare";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.jsonl`, '{"text": "one"}\n{"text": "two"}\n');
 * const tokenizer = new ByteTokenizer();
 * const paths = [`${folder}/a.jsonl`];
 * const { index } = await prepareTokens({ paths, out: `${folder}/tokens`, tokenizer, validation: 0, workers: 1 });
 * assertEquals(index?.train.documents, 2);
 * assertEquals(index?.train.tokens, 8); // each with the token that ends it
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function prepareTokens(options: PrepareOptions): Promise<PrepareResult> {
  const { out, tokenizer, onWarning } = options;
  const { eos } = tokenizer;
  if (eos === undefined) {
    throw new DataError(
      "Cannot prepare as the tokenizer has no token that ends a text: name one of its tokens with --eos",
    );
  }
  const sources = await planSources(options);
  const disk = durableFileSystem({ ...(onWarning && { onWarning }) });
  await makeFolders(out, disk);
  using _lock = await lockFolder(out);
  const settings = settingsOf(options, eos, sources);
  const journal = await begin(out, settings, options.overwrite ?? false, disk);
  const type = tokenTypeOf(tokenizer);
  const heldOut = typeof options.validation === "object" ? 0 : options.validation ?? defaultValidation;
  const { deduplicate = false, shardTokens } = options;
  const output = await PreparedOutput.open({ folder: out, journal, type, heldOut, deduplicate, disk, shardTokens });
  try {
    const isDone = await encodeSources(sources, output, options);
    if (!isDone) return { status: "interrupted", index: undefined };
  } finally {
    await output.close();
  }
  return { status: "finished", index: await writeIndex({ options, sources, output, disk }) };
}

/** What decides on the tokens. A preparation goes on only with the same. */
function settingsOf(options: PrepareOptions, eos: number, sources: readonly PlannedSource[]): Record<string, string> {
  const { tokenizer, field = "text", validation = defaultValidation, deduplicate = false, shardTokens } = options;
  return {
    format: String(tokenFormatVersion),
    documents: textDigest(JSON.stringify(sources.map(({ file }) => [file.path, file.bytes]))),
    tokenizer: textDigest(JSON.stringify([tokenizer, eos, tokenizer.prefix])),
    field,
    validation: JSON.stringify(validation),
    deduplicate: String(deduplicate),
    ...(shardTokens && { shardTokens: String(shardTokens) }),
  };
}

async function begin(
  out: string,
  settings: Record<string, string>,
  overwrite: boolean,
  disk: FileSystem,
): Promise<PrepareJournal> {
  const names = await Array.fromAsync(Deno.readDir(out), ({ name }) => name);
  const own = names.filter(isOwnFile);
  const foreign = names.find((name) => !isOwnFile(name) && !name.startsWith("."));
  if (foreign !== undefined) {
    throw new FolderInUseError(
      `Cannot prepare into ${out} as it holds other files: current value is ${foreign}. Use another --out`,
    );
  }
  if (overwrite) {
    for (const name of own) await disk.remove(`${out}/${name}`);
    return newJournal(settings);
  }
  if (own.includes(tokenIndexFile)) {
    throw new FolderInUseError(
      `Cannot prepare into ${out} as it already holds tokens: use another --out, or --overwrite to lose them`,
    );
  }
  const journal = await readJournal(out);
  // One that has no document yet has nothing to lose.
  if (journal === undefined || journal.train.documents + journal.validation.documents === 0) {
    return newJournal(settings);
  }
  const other = Object.keys({ ...settings, ...journal.settings }).find((key) =>
    settings[key] !== journal.settings[key]
  );
  if (other === undefined) return journal;
  throw new FolderInUseError(
    `Cannot go on with the preparation in ${out} as it was begun with other ${other}: use the same, another --out, ` +
      "or --overwrite to begin again",
  );
}

function isOwnFile(name: string): boolean {
  const isShard = /^(train|validation)-\d{5,}\.bin$/.test(name);
  const own: readonly string[] = [tokenIndexFile, journalFile, digestsFile, rejectedFile, ...tokenizerFileNames];
  return isShard || own.includes(name);
}
