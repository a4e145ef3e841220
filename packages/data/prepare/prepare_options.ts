import type { Tokenizer } from "@beyond24/tokenizer";

/** How far a preparation is. */
export interface PrepareProgress {
  /** Documents written. */
  readonly documents: number;
  /** Tokens written. */
  readonly tokens: number;
  /** Bytes of text written. */
  readonly bytes: number;
  /** Records that are no documents. */
  readonly rejected: number;
  /** Part of the files' bytes that was read, from 0 to 1. */
  readonly done: number;
}

/** Options of `prepareTokens`. */
export interface PrepareOptions {
  /** Files and folders of documents. */
  readonly paths: readonly string[];
  /** Folder of the tokens. */
  readonly out: string;
  /** The tokenizer; it must have a token that ends a text. */
  readonly tokenizer: Tokenizer;
  /** Field of a record, or column of a table, that is the document. Default `"text"`. */
  readonly field?: string;
  /**
   * What is held out: a part of the documents, chosen by their digest, from 0 to below 1; or files and folders of their
   * own. Default 0.005.
   */
  readonly validation?: number | readonly string[];
  /** Leaves documents out that were there before, to the letter. Default false. */
  readonly deduplicate?: boolean;
  /** Stops at the first record that is no document. Default false: it is counted and listed. */
  readonly strict?: boolean;
  /** Threads. Default: as many as there are cores. */
  readonly workers?: number;
  /** Removes prepared tokens that lie in the folder. Default false: goes on with a preparation that was stopped. */
  readonly overwrite?: boolean;
  /** Stops the preparation so that the same call goes on with it. */
  readonly signal?: AbortSignal;
  /** Hears how far it is, after every batch. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Hears of records and files that are passed over. */
  readonly onWarning?: (message: string) => void;
  /** Tokens of a file; for tests. */
  readonly shardTokens?: number;
}
