import { addedTokenSplitter, type SplitAdded } from "./_added_tokens.ts";
import { decodeBytes } from "./_decode_bytes.ts";
import { compileNormalizer } from "./_normalize.ts";
import { createPieceEncoder, type EncodePiece } from "./_piece_encoder.ts";
import { compileSplitter, type SplitText } from "./_split_text.ts";
import { TokenBuffer } from "./_token_buffer.ts";
import { TokenTable } from "./_token_table.ts";
import type { TextMarks } from "./text_marks.ts";
import type { EncodeOptions, Tokenizer } from "./tokenizer.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { AddedToken, TokenizerFile } from "./tokenizer_file.ts";

/**
 * Byte-level byte-pair encoding as a `tokenizer.json` describes it. Merging is left to `@huggingface/tokenizers`; pieces of text
 * that were met before are looked up.
 */
export class BytePairTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly prefix: readonly number[];
  readonly specialTokens: ReadonlySet<number>;
  readonly #file: TokenizerFile;
  readonly #normalize: (text: string) => string;
  readonly #split: SplitText;
  readonly #splitRaw: SplitAdded;
  readonly #splitNormalized: SplitAdded;
  readonly #encodePiece: EncodePiece;
  #table: TokenTable | undefined;

  /**
   * Compiles a file.
   *
   * @param file A checked file
   * @param marks Tokens around texts
   * @param name Name of the file, for messages
   * @throws {TokenizerError} If the file asks for something else than byte-level byte-pair encoding
   */
  constructor(file: TokenizerFile, marks: TextMarks, name: string) {
    this.#file = file;
    this.vocabularySize = vocabularySizeOf(file);
    ({ bos: this.bos, eos: this.eos, prefix: this.prefix } = marks);
    this.specialTokens = new Set(file.added_tokens.filter(({ special }) => special).map(({ id }) => id));
    this.#normalize = compileNormalizer(file.normalizer, name);
    this.#split = compileSplitter(file.pre_tokenizer, name);
    this.#encodePiece = createPieceEncoder(file.model);
    const isNormalized = ({ normalized, special }: AddedToken) =>
      file.normalizer !== null && (normalized ?? special !== true);
    const [normalized, raw] = [
      file.added_tokens.filter(isNormalized),
      file.added_tokens.filter((t) => !isNormalized(t)),
    ];
    this.#splitRaw = addedTokenSplitter(raw, ({ content }) => content);
    this.#splitNormalized = addedTokenSplitter(normalized, ({ content }) => this.#normalize(content));
  }

  encode(text: string, { special = false }: EncodeOptions = {}): Int32Array {
    const out = new TokenBuffer();
    const onToken = ({ id }: AddedToken) => out.push(id);
    const normalized = { onText: (words: string) => this.#encodeWords(words, out), onToken };
    const onText = (part: string) => this.#splitNormalized(this.#normalize(part), special, normalized);
    this.#splitRaw(text.toWellFormed(), special, { onText, onToken });
    return out.toArray();
  }

  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, (token) => this.tokenBytes(token));
  }

  tokenBytes(token: number): Uint8Array {
    this.#table ??= new TokenTable(this.#file, this.vocabularySize);
    return this.#table.bytesOf(token);
  }

  toJSON(): TokenizerFile {
    return this.#file;
  }

  #encodeWords(text: string, out: TokenBuffer): void {
    const visit = (piece: string) => this.#encodePiece(piece, out);
    try {
      this.#split(text, visit);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TokenizerError("Cannot encode text as it has a word of millions of characters: cut it first", {
        cause: error,
      });
    }
  }
}

function vocabularySizeOf({ model, added_tokens }: TokenizerFile): number {
  let largest = -1;
  for (const token of Object.values(model.vocab)) largest = Math.max(largest, token);
  for (const { id } of added_tokens) largest = Math.max(largest, id);
  return largest + 1;
}
