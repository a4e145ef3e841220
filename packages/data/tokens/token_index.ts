/** Version of the format of prepared tokens that is written and read. */
export const tokenFormatVersion = 1;

/** Name of the file that says what a folder of prepared tokens holds; it is written last. */
export const tokenIndexFile = "index.json";

/** Name of the tokenizer beside it. */
export const tokenizerFile = "tokenizer.json";

/** One file of tokens. */
export interface TokenShard {
  /** Its name in the folder. */
  readonly file: string;
  /** Its tokens. */
  readonly tokens: number;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/** Training or held-out tokens: shards in order. */
export interface TokenPart {
  /** Documents. */
  readonly documents: number;
  /** Tokens, special ones included. */
  readonly tokens: number;
  /** Bytes of the documents' text, for bits per byte. */
  readonly bytes: number;
  /** The files. */
  readonly shards: readonly TokenShard[];
}

/** How a file writes a token, little-endian. */
export type TokenType = "uint16" | "uint32";

/** What `index.json` says of a folder of prepared tokens. */
export interface TokenIndex {
  /** Names the format. */
  readonly format: "beyond24-tokens";
  /** Its version. */
  readonly version: typeof tokenFormatVersion;
  /** How a token is written. */
  readonly type: TokenType;
  /** The tokenizer that made them, `tokenizer.json`. */
  readonly tokenizer: {
    /** One more than the largest token. */
    readonly vocabularySize: number;
    /** Token before every document; null for none. */
    readonly bos: number | null;
    /** Token behind every document; null for none. */
    readonly eos: number | null;
    /** SHA-256 of `tokenizer.json`. */
    readonly sha256: string;
  };
  /** Tokens to train on. */
  readonly train: TokenPart;
  /** Held-out tokens. */
  readonly validation: TokenPart;
  /** Where the documents came from. */
  readonly source: {
    /** Number of files. */
    readonly files: number;
    /** Their bytes. */
    readonly bytes: number;
    /** SHA-256 of the SHA-256 of each, in order. */
    readonly sha256: string;
  };
  /** Records that are no documents; `rejected.jsonl` lists them. */
  readonly rejected: number;
  /** Documents that were there before and were left out. */
  readonly duplicates: number;
}

/** The smaller of the types that hold all tokens of a tokenizer. */
export function tokenTypeOf({ vocabularySize }: { readonly vocabularySize: number }): TokenType {
  return vocabularySize <= 2 ** 16 ? "uint16" : "uint32";
}
