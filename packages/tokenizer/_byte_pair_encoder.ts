import { addedTokenSplitter, type SplitAdded } from "./_added_tokens.ts";
import { fromByteCharacters } from "./_byte_alphabet.ts";
import { mergePiece } from "./_merge_piece.ts";
import { buildMergeTable, MergeTable } from "./_merge_table.ts";
import { compileNormalizer } from "./_normalize.ts";
import { createPieceEncoder, type EncodePiece } from "./_piece_encoder.ts";
import { compileSplitter, type SplitText } from "./_split_text.ts";
import { TokenBuffer } from "./_token_buffer.ts";
import type { BytePairEncoderData } from "./encoder_data.ts";
import type { EncodeOptions } from "./tokenizer.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { AddedToken, TokenizerFile } from "./tokenizer_file.ts";

/** Compiles a file. */
export function bytePairEncoderData(
  { normalizer, pre_tokenizer, added_tokens, model }: TokenizerFile,
): BytePairEncoderData {
  const names = new Set(added_tokens.filter(({ special }) => special).map(({ content }) => content));
  const entries = model.ignore_merges === true ? Object.entries(model.vocab) : [];
  return {
    kind: "byte pairs",
    steps: { normalizer, pre_tokenizer, added_tokens },
    merges: buildMergeTable(model),
    // The name of a special token is text, also where it is a piece of its own.
    wholes: new Map(entries.filter(([entry]) => !names.has(entry))),
  };
}

/**
 * The same data for other threads: tables in shared memory, and of the whole entries those that merging does not give
 * anyway.
 */
export function sharedEncoderData(data: BytePairEncoderData): BytePairEncoderData {
  const { byteTokens, slots } = data.merges;
  const table = new MergeTable(data.merges);
  const isMerged = (entry: string, token: number) => {
    const tokens = mergePiece(fromByteCharacters(entry), table);
    return tokens.length === 1 && tokens[0] === token;
  };
  return {
    ...data,
    merges: { byteTokens: share(byteTokens), slots: share(slots) },
    wholes: new Map([...data.wholes].filter(([entry, token]) => !isMerged(entry, token))),
  };
}

function share(values: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

/**
 * Byte-level byte-pair encoding. A text is cut at added tokens, normalized, and cut into pieces, whose bytes are
 * merged; pieces that were met before are looked up.
 */
export class BytePairEncoder {
  readonly isCuttable: boolean;
  readonly #normalize: (text: string) => string;
  readonly #split: SplitText;
  readonly #splitRaw: SplitAdded;
  readonly #splitNormalized: SplitAdded;
  readonly #encodePiece: EncodePiece;
  /** Of one text at a time; to allocate one for every short text would take a good part of the time. */
  readonly #out = new TokenBuffer();

  /**
   * Compiles an encoder.
   *
   * @param data What it needs
   * @param name Name of the file, for messages
   * @throws {TokenizerError} If a step is not known
   */
  constructor({ steps, merges, wholes }: BytePairEncoderData, name: string) {
    const { normalizer, pre_tokenizer, added_tokens } = steps;
    this.#normalize = compileNormalizer(normalizer, name);
    const { split, isCuttable } = compileSplitter(pre_tokenizer, name);
    this.#split = split;
    this.isCuttable = isCuttable && !added_tokens.some(isInTheWay);
    this.#encodePiece = createPieceEncoder(new MergeTable(merges), wholes);
    const isNormalized = ({ normalized, special }: AddedToken) =>
      normalizer !== null && (normalized ?? special !== true);
    const raw = added_tokens.filter((token) => !isNormalized(token));
    this.#splitRaw = addedTokenSplitter(raw, ({ content }) => content);
    const normal = added_tokens.filter(isNormalized);
    this.#splitNormalized = addedTokenSplitter(normal, ({ content }) => this.#normalize(content));
  }

  encode(text: string, { special = false }: EncodeOptions = {}): Int32Array {
    const out = this.#out;
    out.clear();
    const onToken = ({ id }: AddedToken) => out.push(id);
    const normalized = { onText: (words: string) => this.#encodeWords(words, out), onToken };
    const onText = (part: string) => this.#splitNormalized(this.#normalize(part), special, normalized);
    this.#splitRaw(text.toWellFormed(), special, { onText, onToken });
    return out.toArray();
  }

  #encodeWords(text: string, out: TokenBuffer): void {
    try {
      this.#split(text, (piece) => this.#encodePiece(piece, out));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TokenizerError("Cannot encode text as it has a word of millions of characters: cut it first", {
        cause: error,
      });
    }
  }
}

/**
 * Whether a token may lie across a place where white space follows a letter, or looks across one. Marks and numbers
 * count as letters, and all white space as a space, as normalizers may make the one of the other.
 */
function isInTheWay({ content, rstrip = false, single_word = false }: AddedToken): boolean {
  return /[\p{L}\p{M}\p{N}]\s/u.test(content) || rstrip && /[\p{L}\p{M}\p{N}]$/u.test(content) ||
    single_word && /^\s/u.test(content);
}
