import { byteCharacters } from "./_byte_alphabet.ts";
import type { MergeTableData } from "./encoder_data.ts";
import type { BytePairModel } from "./tokenizer_file.ts";

/** Lays the merges of a model out; of a pair that stands there twice the later one counts. */
export function buildMergeTable({ vocab, merges }: BytePairModel): MergeTableData {
  const tokenOf = (entry: string) => Object.hasOwn(vocab, entry) ? vocab[entry] ?? -1 : -1;
  const count = 2 ** Math.ceil(Math.log2(2 * merges.length + 2));
  const data = {
    byteTokens: Int32Array.from(byteCharacters, tokenOf),
    slots: new Int32Array(4 * count).fill(-1),
  };
  const table = new MergeTable(data);
  for (const [rank, [left, right]] of merges.entries()) {
    table.set(tokenOf(left), tokenOf(right), rank, tokenOf(left + right));
  }
  return data;
}

/** Looks merges up. */
export class MergeTable {
  /** Token of every byte; -1 where the vocabulary has none. */
  readonly byteTokens: Int32Array;
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** Reads, and writes, the table itself. */
  constructor({ byteTokens, slots }: MergeTableData) {
    this.byteTokens = byteTokens;
    this.#slots = slots;
    this.#mask = slots.length / 4 - 1;
  }

  /** Rank of the merge of two tokens; -1 when they are not merged. */
  rankOf(left: number, right: number): number {
    return this.#slots[4 * this.#slotOf(left, right) + 2] ?? -1;
  }

  /** What two tokens are merged to; -1 when they are not merged. */
  mergedOf(left: number, right: number): number {
    return this.#slots[4 * this.#slotOf(left, right) + 3] ?? -1;
  }

  /** Enters a merge. */
  set(left: number, right: number, rank: number, merged: number): void {
    this.#slots.set([left, right, rank, merged], 4 * this.#slotOf(left, right));
  }

  /** The slot of a pair, or the empty one that it would be put in. */
  #slotOf(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (this.#slots[4 * slot] !== -1 && (this.#slots[4 * slot] !== left || this.#slots[4 * slot + 1] !== right)) {
      slot = slot + 1 & this.#mask;
    }
    return slot;
  }
}
