import { dirname, fromFileUrl, join } from "@std/path";
import { BytePairTokenizer } from "./byte_pair_tokenizer.ts";
import { ByteTokenizer } from "./byte_tokenizer.ts";
import { checkTokenizerFile } from "./_check_file.ts";
import { findTextMarks, type MarkNames } from "./_find_text_marks.ts";
import { readConfiguredMarks } from "./_tokenizer_config.ts";
import { fromTiktoken } from "./_tiktoken_file.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TokenizerFile } from "./tokenizer_file.ts";
import { TokenizerError } from "./tokenizer_error.ts";

/** Options of {@linkcode loadTokenizer}. */
export type LoadTokenizerOptions = MarkNames;

/**
 * Loads a tokenizer: a `tokenizer.json` of Hugging Face whose vocabulary is of bytes, a tiktoken file, or bytes
 * themselves.
 *
 * A tiktoken file says neither how text is cut nor which tokens are special: one named as OpenAI's encodings
 * (`cl100k_base.tiktoken`) is taken as such, any other one as Llama 3's, with 256 special tokens behind the ranks.
 *
 * Which tokens begin and end a text is taken from `options`, else from `tokenizer_config.json` beside the file, else
 * from the post-processor, else from well-known names.
 *
 * @param source Path of a file or of a folder with a `tokenizer.json`; or what the file holds, as text or parsed; or
 * `"bytes"`
 * @param options The tokens that begin and end a text, by name or number
 * @returns The tokenizer
 * @throws {TokenizerError} If there is no such file, or it holds no tokenizer of bytes
 *
 * @example Tokens of bytes
 * ```ts
 * import { loadTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await loadTokenizer("bytes");
 * assertEquals(tokenizer.encode("né"), Int32Array.of(0x6e, 0xc3, 0xa9));
 * ```
 *
 * @example A file's contents
 * ```ts
 * import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const json = await trainTokenizer(["so much, so much"], { vocabularySize: 260 });
 * const tokenizer = await loadTokenizer(json);
 * assertEquals(tokenizer.decode(tokenizer.encode("so much")), "so much");
 * ```
 */
export async function loadTokenizer(
  source: string | URL | object,
  options: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  if (source === "bytes") return new ByteTokenizer();
  if (typeof source === "string" && source.trimStart().startsWith("{")) return parse(source, "the tokenizer", options);
  if (typeof source === "string") return await loadFile(source, options);
  if (source instanceof URL) return await loadFile(fromFileUrl(source), options);
  return create(source, "the tokenizer", options);
}

async function loadFile(source: string, options: LoadTokenizerOptions): Promise<Tokenizer> {
  const path = await isFolder(source) ? join(source, "tokenizer.json") : source;
  const configured = await readConfiguredMarks(join(dirname(path), "tokenizer_config.json"));
  return parse(await read(path), path, { ...configured, ...options });
}

function parse(text: string, file: string, names: MarkNames): Tokenizer {
  const content = text.replace(/^\uFEFF/, "");
  if (!content.trimStart().startsWith("{")) return create(fromTiktoken(content, file), file, names);
  try {
    return create(JSON.parse(content), file, names);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TokenizerError(`Cannot load ${file} as it must be JSON: ${error.message}`, { cause: error });
  }
}

function create(json: unknown, file: string, names: MarkNames): Tokenizer {
  const checked = checkTokenizerFile(json, file);
  if (isBytes(checked)) return new ByteTokenizer();
  return new BytePairTokenizer(checked, findTextMarks(checked, names, file), file);
}

/** Whether a file is what a `ByteTokenizer` writes. */
function isBytes({ model, pre_tokenizer, normalizer, added_tokens }: TokenizerFile): boolean {
  if (model.merges.length > 0 || added_tokens.length > 0) return false;
  const bytes = new ByteTokenizer().toJSON();
  return normalizer === null && JSON.stringify(pre_tokenizer) === JSON.stringify(bytes.pre_tokenizer) &&
    JSON.stringify(model.vocab) === JSON.stringify(bytes.model.vocab);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}

async function read(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    throw new TokenizerError(`Cannot load ${path} as ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof TypeError) return "it is neither a tokenizer.json nor a tiktoken file: it is not text";
  return `the system refuses it: current value is ${error instanceof Error ? error.message : String(error)}`;
}
