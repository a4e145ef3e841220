/** One text of a corpus. */
export interface CorpusText {
  /** Where it came from, for messages. */
  readonly path: string;
  /** Its contents. */
  readonly text: string;
}

/** Texts in a fixed order. */
export interface Corpus {
  /** The texts, none of them empty. */
  readonly texts: readonly CorpusText[];
}
