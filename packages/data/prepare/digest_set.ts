import { DataError } from "../data_error.ts";
import { digestBytes } from "./encode_records.ts";

/** Words of a digest. */
const words = digestBytes / 4;
const parts = 256;

/** Most documents that are told apart: their digests take 300 MB at worst. */
const mostDigests = 12_000_000;

/** A set of digests in typed arrays; it grows part by part, so that little is in memory twice. */
export class DigestSet {
  readonly #most: number;
  readonly #parts = Array.from({ length: parts }, () => ({ slots: new Uint32Array(16 * words), size: 0 }));
  #size = 0;

  /**
   * Creates an empty set.
   *
   * @param most Digests that it takes
   */
  constructor(most: number = mostDigests) {
    this.#most = most;
  }

  /** Digests in the set. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a digest.
   *
   * @param digest Its bytes
   * @returns False if it was there
   * @throws {DataError} If there are too many
   */
  add(digest: Uint8Array): boolean {
    const key = new Uint32Array(digest.slice().buffer);
    const part = this.#parts[(key[0] ?? 0) % parts];
    if (part === undefined || !insert(part.slots, key)) return false;
    if (this.#size === this.#most) {
      throw new DataError(
        `Cannot leave duplicates out as at most ${this.#most} different documents can be told apart: ` +
          "prepare the corpus in parts, or without --deduplicate",
      );
    }
    this.#size++;
    part.size++;
    if (part.size * words > part.slots.length * 0.75) part.slots = grown(part.slots);
    return true;
  }
}

/**
 * Puts a digest into the first free slot from its own one on; false if it is there. No digest of a text is zero
 * throughout.
 */
function insert(slots: Uint32Array, key: Uint32Array): boolean {
  const count = slots.length / words;
  for (let slot = (key[1] ?? 0) % count;; slot = (slot + 1) % count) {
    const found = slots.subarray(slot * words, (slot + 1) * words);
    if (found.every((word, index) => word === key[index])) return false;
    if (found.every((word) => word === 0)) {
      found.set(key);
      return true;
    }
  }
}

function grown(slots: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(slots.length / words * 1.5) * words);
  for (let at = 0; at < slots.length; at += words) {
    const key = slots.subarray(at, at + words);
    if (key.some((word) => word !== 0)) insert(larger, key);
  }
  return larger;
}
