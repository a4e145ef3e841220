/** One text of a corpus. */
export interface CorpusText {
  /** Where it came from, for messages. */
  readonly path: string;
  /** Its contents: UTF-8. */
  readonly bytes: Uint8Array;
}

/** Texts in a fixed order, as they lie in their files: as tokens of bytes they take no other memory. */
export interface Corpus {
  /** The texts, none of them empty. */
  readonly texts: readonly CorpusText[];
}
