import { type FileSystem, replaceFile } from "@beyond24/disk";
import { tokenizerFiles } from "@beyond24/tokenizer";
import { DataError } from "../data_error.ts";
import { fileDigest, textDigest } from "../tokens/file_digest.ts";
import { type TokenIndex, tokenIndexFile, type TokenShard, tokenTypeOf } from "../tokens/token_index.ts";
import { loneDocumentError, type PlannedSource } from "./plan_sources.ts";
import { journalFile } from "./prepare_journal.ts";
import type { PrepareOptions } from "./prepare_options.ts";
import { digestsFile, type PreparedOutput, rejectedFile } from "./prepared_output.ts";

/** What the last step of a preparation needs. */
export interface WriteIndexOptions {
  /** Those of the preparation. */
  readonly options: PrepareOptions;
  /** All files, which are done. */
  readonly sources: readonly PlannedSource[];
  /** What was written; it is closed. */
  readonly output: PreparedOutput;
  /** The disk. */
  readonly disk: FileSystem;
}

/**
 * Writes tokenizer and index of a preparation whose tokens are there, and removes what only a preparation needs.
 *
 * @throws {DataError} If a part has no document
 */
export async function writeIndex({ options, sources, output, disk }: WriteIndexOptions): Promise<TokenIndex> {
  const { out, tokenizer } = options;
  const { train, validation, rejected, duplicates, sources: digests } = output.journal;
  checkDocuments(output, options);
  const files = tokenizerFiles(tokenizer);
  const index: TokenIndex = {
    format: "beyond24-tokens",
    version: 1,
    type: tokenTypeOf(tokenizer),
    tokenizer: {
      vocabularySize: tokenizer.vocabularySize,
      bos: tokenizer.bos ?? null,
      eos: tokenizer.eos ?? null,
      sha256: textDigest(files["tokenizer.json"]),
    },
    train: { ...train, shards: await withDigests(out, output.shards.train) },
    validation: { ...validation, shards: await withDigests(out, output.shards.validation) },
    source: {
      files: sources.length,
      bytes: sources.reduce((sum, { file }) => sum + file.bytes, 0),
      sha256: textDigest(digests.join("")),
    },
    rejected,
    duplicates,
  };
  for (const [name, text] of Object.entries(files)) await replaceFile(`${out}/${name}`, text, disk);
  await replaceFile(`${out}/${tokenIndexFile}`, JSON.stringify(index, null, 2) + "\n", disk);
  const needless = [journalFile, digestsFile, ...(rejected === 0 ? [rejectedFile] : [])];
  for (const name of needless) if (await disk.look(`${out}/${name}`) !== undefined) await disk.remove(`${out}/${name}`);
  return index;
}

function checkDocuments({ journal: { train, validation, rejected } }: PreparedOutput, options: PrepareOptions): void {
  const isByDigest = typeof options.validation !== "object" && options.validation !== 0;
  if (isByDigest && train.documents + validation.documents === 1) throw loneDocumentError();
  if (train.documents === 0) {
    throw new DataError(
      `Cannot prepare as there is no document to train on: ${rejected} records are none, ${validation.documents} are ` +
        "held out",
    );
  }
  if (validation.documents > 0 || options.validation === 0) return;
  throw new DataError(
    `Cannot prepare as no document of ${train.documents} is held out: give --validation ` +
      `${isByDigest ? "a larger part, or " : ""}other files, with --overwrite`,
  );
}

async function withDigests(folder: string, shards: readonly Omit<TokenShard, "sha256">[]): Promise<TokenShard[]> {
  const found: TokenShard[] = [];
  for (const shard of shards) found.push({ ...shard, sha256: await fileDigest(`${folder}/${shard.file}`) });
  return found;
}
