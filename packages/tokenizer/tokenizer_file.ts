/** A token beside the vocabulary that is looked for in the text itself. */
export interface AddedToken {
  /** Its number. */
  readonly id: number;
  /** The text that it stands for, or its name when it is special. */
  readonly content: string;
  /** Whether it stands for no text. */
  readonly special?: boolean;
  /** Whether it is looked for after normalization. */
  readonly normalized?: boolean;
  /** Whether it is a token only between characters that are not part of words. */
  readonly single_word?: boolean;
  /** Whether it takes the white space before it. */
  readonly lstrip?: boolean;
  /** Whether it takes the white space after it. */
  readonly rstrip?: boolean;
}

/**
 * Byte-pair encoding: entries of the vocabulary in byte characters, and the pairs to be merged, the first one first.
 */
export interface BytePairModel {
  /** `"BPE"`. */
  readonly type: "BPE";
  /** Entry → token. */
  readonly vocab: Readonly<Record<string, number>>;
  /** Pairs of entries. */
  readonly merges: [string, string][];
  /** Whether an entry that is a whole piece of text is taken without merging. */
  readonly ignore_merges?: boolean;
}

/** A step of the file's pipeline: an object with a `type`, as Hugging Face's `tokenizers` defines them. */
export interface TokenizerStep {
  /** Name of the step. */
  readonly type: string;
  /** Its parameters. */
  readonly [parameter: string]: unknown;
}

/** A `tokenizer.json` of Hugging Face's `tokenizers`, as far as it is used here; other keys are kept. */
export interface TokenizerFile {
  /** `"1.0"`. */
  readonly version: string;
  /** Never used here: texts are whole. */
  readonly truncation: unknown;
  /** Never used here: texts are not padded. */
  readonly padding: unknown;
  /** Tokens beside the vocabulary. */
  readonly added_tokens: readonly AddedToken[];
  /** What is done to the text first. */
  readonly normalizer: TokenizerStep | null;
  /** How the text is cut into pieces, which are encoded apart. */
  readonly pre_tokenizer: TokenizerStep | null;
  /** What is put around the tokens. */
  readonly post_processor: TokenizerStep | null;
  /** How tokens become text. */
  readonly decoder: TokenizerStep | null;
  /** Vocabulary and merges. */
  readonly model: BytePairModel;
}
