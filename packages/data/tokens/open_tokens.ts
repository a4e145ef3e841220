import { loadTokenizer, type Tokenizer } from "@beyond24/tokenizer";
import { DataError } from "../data_error.ts";
import { readIndexFile } from "./_read_token_index.ts";
import { fileDigest, textDigest } from "./file_digest.ts";
import { memoryTokens } from "./memory_tokens.ts";
import { TokenFiles, type TokenFilesOptions } from "./token_files.ts";
import { type TokenIndex, tokenIndexFile, tokenizerFile } from "./token_index.ts";
import { tokenBytes } from "./token_shard_file.ts";
import type { TokenSource } from "./token_source.ts";

/** Prepared tokens, ready to be read. Dispose of them to close their files. */
export interface PreparedTokens extends Disposable {
  /** What the folder says of itself. */
  readonly index: TokenIndex;
  /** A fingerprint of tokens and tokenizer: SHA-256 in hexadecimal digits. */
  readonly digest: string;
  /** The tokenizer that made them. */
  readonly tokenizer: Tokenizer;
  /** Tokens to train on. */
  readonly train: TokenSource;
  /** Held-out tokens. */
  readonly validation: TokenSource;
}

/** Options of {@linkcode openTokens}. */
export interface OpenTokensOptions {
  /** Hears how many bytes of tokens were checked since the last call. */
  readonly onRead?: (bytes: number) => void;
}

/** A part of so many bytes is read as a whole; of a larger one only what is asked for. */
const mostInMemory = 2 ** 25;

/**
 * Whether a folder holds prepared tokens, also where a preparation has not ended or the index was lost: such a folder
 * is no text, and {@linkcode openTokens} says what it lacks.
 *
 * @param path The folder
 * @returns True if it has an index or a file of tokens
 */
export async function holdsTokens(path: string): Promise<boolean> {
  const isThere = (name: string) => Deno.stat(`${path}/${name}`).then(({ isFile }) => isFile, () => false);
  return await isThere(tokenIndexFile) || await isThere("train-00000.bin") || await isThere("validation-00000.bin");
}

/**
 * Opens a folder of prepared tokens. Every file is compared with its digest first, about a gigabyte a second; after
 * that tokens are read by range, and what is in memory does not grow with them.
 *
 * @param folder The folder, as `prepare` writes it
 * @param options Who hears how far it is
 * @returns The tokens
 * @throws {DataError} If the index is missing or wrong, or a file is missing or was changed
 */
export async function openTokens(folder: string, options: OpenTokensOptions = {}): Promise<PreparedTokens> {
  const index = await readTokenIndex(folder);
  const json = await readTokenizer(folder, index);
  for (const { file, sha256 } of [...index.train.shards, ...index.validation.shards]) {
    const path = `${folder}/${file}`;
    await checkDigest(path, sha256, () => fileDigest(path, options.onRead));
  }
  const tokenizer = await loadTokenizer(json, { bos: index.tokenizer.bos, eos: index.tokenizer.eos });
  const { vocabularySize } = index.tokenizer;
  if (tokenizer.vocabularySize !== vocabularySize) {
    throw new DataError(
      `Cannot use ${folder} as its tokenizer has ${tokenizer.vocabularySize} tokens: current value of its index is ` +
        `${vocabularySize}`,
    );
  }
  const train = openPart({ folder, part: index.train, type: index.type, vocabularySize });
  const validation = openPart({ folder, part: index.validation, type: index.type, vocabularySize });
  const close = () => [train, validation].forEach((part) => part[Symbol.dispose]());
  return { index, digest: digestOf(index), tokenizer, train, validation, [Symbol.dispose]: close };
}

/** What a resumed run must find again: the tokens, and what they mean. */
function digestOf({ type, tokenizer, train, validation }: TokenIndex): string {
  return textDigest(JSON.stringify([type, tokenizer, train.shards, validation.shards]));
}

function openPart(options: TokenFilesOptions): TokenSource & Disposable {
  const files = new TokenFiles(options);
  if (files.length * tokenBytes[options.type] > mostInMemory) return files;
  const whole = files.readWhole();
  files[Symbol.dispose]();
  return { ...memoryTokens(whole), [Symbol.dispose]: () => {} };
}

/**
 * Reads what a folder of prepared tokens says of itself, without a look at the tokens.
 *
 * @param folder The folder
 * @returns Its index
 * @throws {DataError} If it is missing or wrong
 */
export async function readTokenIndex(folder: string): Promise<TokenIndex> {
  const path = `${folder}/${tokenIndexFile}`;
  try {
    const index = await readIndexFile(path);
    if (index !== undefined) return index;
  } catch (error) {
    throw new DataError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  throw new DataError(
    `Cannot use ${folder} as its ${tokenIndexFile} is missing: run the same prepare again, which ends it`,
  );
}

async function readTokenizer(folder: string, { tokenizer }: TokenIndex): Promise<string> {
  const path = `${folder}/${tokenizerFile}`;
  await checkDigest(path, tokenizer.sha256, () => fileDigest(path));
  return await Deno.readTextFile(path);
}

async function checkDigest(path: string, expected: string, digest: () => Promise<string>): Promise<void> {
  const found = await digest().catch((error: unknown) => {
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new DataError(`Cannot read ${path} as ${isMissing ? "it is missing" : "the system refuses it"}`, {
      cause: error,
    });
  });
  if (found === expected) return;
  throw new DataError(
    `Cannot use ${path} as it was changed since it was prepared: its SHA-256 is ${found}, that of the index ` +
      `${expected}`,
  );
}
