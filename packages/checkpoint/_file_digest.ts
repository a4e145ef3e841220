import { createHash } from "node:crypto";
import type { FilePieces } from "@beyond24/disk";

/** Size and checksum of a file. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
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

  /** The pieces, each added when it passes. */
  async *watch(pieces: FilePieces): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.add(piece);
      yield piece;
    }
  }

  /** Size and checksum of all pieces; the end of the digest. */
  record(): FileRecord {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
