import { BytePairEncoder, bytePairEncoderData, sharedEncoderData } from "./_byte_pair_encoder.ts";
import { decodeBytes } from "./_decode_bytes.ts";
import { TokenTable } from "./_token_table.ts";
import type { BytePairEncoderData } from "./encoder_data.ts";
import type { TextMarks } from "./text_marks.ts";
import type { EncodeOptions, Tokenizer } from "./tokenizer.ts";
import type { TokenizerFile } from "./tokenizer_file.ts";

/** A tokenizer as a `tokenizer.json` describes it. */
export class BytePairTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly prefix: readonly number[];
  readonly specialTokens: ReadonlySet<number>;
  /** The file as text, a tenth of what it takes parsed; few ask for it. */
  readonly #json: string;
  readonly #data: BytePairEncoderData;
  readonly #encoder: BytePairEncoder;
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
    this.#json = JSON.stringify(file);
    this.vocabularySize = vocabularySizeOf(file);
    ({ bos: this.bos, eos: this.eos, prefix: this.prefix } = marks);
    this.specialTokens = new Set(file.added_tokens.filter(({ special }) => special).map(({ id }) => id));
    this.#data = bytePairEncoderData(file);
    this.#encoder = new BytePairEncoder(this.#data, name);
  }

  get isCuttable(): boolean {
    return this.#encoder.isCuttable;
  }

  encode(text: string, options?: EncodeOptions): Int32Array {
    return this.#encoder.encode(text, options);
  }

  encoderData(): BytePairEncoderData {
    return sharedEncoderData(this.#data);
  }

  decode(tokens: ArrayLike<number>): string {
    return decodeBytes(tokens, (token) => this.tokenBytes(token));
  }

  tokenBytes(token: number): Uint8Array {
    this.#table ??= new TokenTable(this.toJSON(), this.vocabularySize);
    return this.#table.bytesOf(token);
  }

  toJSON(): TokenizerFile {
    return JSON.parse(this.#json);
  }
}

function vocabularySizeOf({ model, added_tokens }: TokenizerFile): number {
  let largest = -1;
  for (const token of Object.values(model.vocab)) largest = Math.max(largest, token);
  for (const { id } of added_tokens) largest = Math.max(largest, id);
  return largest + 1;
}
