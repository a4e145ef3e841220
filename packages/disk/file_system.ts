/**
 * The contents of a file, piece by piece, so that a large file is never in memory as a whole. A piece is done with when
 * the next one is asked for: whoever makes the pieces may use its memory again.
 */
export type FilePieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What lies at a path. */
export interface FoundFile {
  /** A link is not followed. */
  readonly kind: "file" | "folder" | "link" | "other";
  /** Bytes of a file. */
  readonly size: number;
  /** Tells one file from another that took its name; empty where the system has no such number. */
  readonly identity: string;
}

/** A file that is open to be written. */
export interface WritableFile {
  /**
   * Writes at the end, or behind what was written last.
   *
   * @param bytes What to write
   * @returns How many of them were written, which may be fewer
   */
  write(bytes: Uint8Array): Promise<number>;
  /**
   * Says where the next bytes go, in a file of {@linkcode FileSystem.open}.
   *
   * @param offset Bytes before them
   */
  seek(offset: number): Promise<void>;
  /**
   * Cuts the file off, or makes it longer with zeros.
   *
   * @param size Bytes that it has then
   */
  truncate(size: number): Promise<void>;
  /** Returns when the contents are on the disk. */
  sync(): Promise<void>;
  /** What it is: its name may have gone to another one. */
  look(): Promise<FoundFile>;
  /** Closes it. */
  close(): void;
}

/**
 * All that this project does to a disk, one request to the system each, so that a test can let any of them fail. Errors
 * carry the system's name for them (`ENOSPC`) as `code`.
 */
export interface FileSystem {
  /** Creates a folder in one that is there. */
  makeFolder(path: string): Promise<void>;
  /** Creates a file; it fails where there is one, or a link. */
  create(path: string): Promise<WritableFile>;
  /** Opens a file to write at its end; it fails where there is none, or a link. */
  openAtEnd(path: string): Promise<WritableFile>;
  /** Opens a file to write anywhere in it; it fails where there is none, or a link. */
  open(path: string): Promise<WritableFile>;
  /** Gives a file or folder another name; a file that has it is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, a link, or a folder with everything in it. */
  remove(path: string): Promise<void>;
  /** Returns when the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** What lies at a path; undefined for nothing. */
  look(path: string): Promise<FoundFile | undefined>;
}
