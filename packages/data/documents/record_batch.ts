/** A place in a file of documents, between two records. */
export interface RecordPlace {
  /** Bytes before it, of the decompressed file; 0 in a table. */
  readonly byte: number;
  /** Records before it: lines, members of a list, rows. */
  readonly record: number;
}

/** The beginning of a file. */
export const firstPlace: RecordPlace = { byte: 0, record: 0 };

/** Records of a file that follow each other. */
export interface RecordBatch {
  /** The records, to be worked on by themselves. */
  readonly records: Records;
  /** Records in the file's place that cannot be worked on, and why; in order. */
  readonly refused: readonly RefusedRecord[];
  /** Where the batch begins. */
  readonly start: RecordPlace;
  /** Where the next one begins. */
  readonly end: RecordPlace;
}

/** Lines of JSON, texts one after the other, or a part of a text that is too long to be worked on at once. */
export type Records =
  | { readonly kind: "lines"; readonly bytes: Bytes }
  | { readonly kind: "texts"; readonly bytes: Bytes; readonly ends: Uint32Array<ArrayBuffer> }
  | {
    readonly kind: "part";
    readonly bytes: Bytes;
    readonly isFirst: boolean;
    readonly isLast: boolean;
    readonly text: TextSurvey;
  };

/** What must be known of a long text before its parts can be worked on. */
export interface TextSurvey {
  /** SHA-256 of the whole. */
  readonly digest: Uint8Array;
  /** Its length. */
  readonly bytes: number;
  /** Where the first character is that is not UTF-8; undefined when all are. */
  readonly badByte: number | undefined;
  /** Bytes of the longest stretch in which it cannot be cut, about. */
  readonly longestUncut: number;
}

/** Bytes in memory of their own, which can go to another thread. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A record that is no document. */
export interface RefusedRecord {
  /** Its number in the file, from 1. */
  readonly record: number;
  /** Where it is wrong, in bytes of the decompressed file; undefined in a table. */
  readonly byte?: number | undefined;
  /** Why, as what can follow "as". */
  readonly reason: string;
  /** Whether it is a record, but without the field that is asked for. */
  readonly lacksField?: true;
}

/** Bytes that are worked on at once, about. */
export const batchBytes = 2 ** 20;

/** Most bytes of a record, which is in memory as a whole. */
export const mostRecordBytes = 2 ** 27;
