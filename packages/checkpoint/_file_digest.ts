import { createHash } from "node:crypto";
import type { FilePieces } from "./checkpoint.ts";

/** Size and checksum of a file. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** The pieces could not be made: nothing that the disk has to do with. */
export class PiecesError extends Error {
  override readonly name = "PiecesError";
}

/** Size and SHA-256 of a file that passes by piece by piece; the digest of the web platform takes whole files only. */
export class FileDigest {
  readonly #hash = createHash("sha256");
  #bytes = 0;

  /** Adds a piece. */
  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
  }

  /**
   * The pieces, each added when it passes.
   *
   * @throws {PiecesError} If the next piece cannot be made; the cause says why
   */
  async *watch(pieces: FilePieces): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of pieces) {
        this.add(piece);
        yield piece;
      }
    } catch (cause) {
      throw new PiecesError("A piece of a file could not be made", { cause });
    }
  }

  /** Size and checksum of all pieces; the end of the digest. */
  record(): FileRecord {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
