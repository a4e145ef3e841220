import { checkInteger } from "./_check.ts";
import { countExperts } from "./_count_experts.ts";

/** How {@linkcode groupTokens} lays out its segments. */
export interface GroupTokensOptions {
  /** Number of experts. */
  readonly experts: number;
  /** Rows to which every segment is padded, the V of V:N:M. */
  readonly align: number;
}

/** Tokens sorted by expert. */
export interface TokenGroups {
  /** Entry of `expertOfToken` in each row, or -1 in a row of padding [offsets[experts]]. */
  readonly order: Int32Array<ArrayBuffer>;
  /** Row where the segment of each expert starts, and the number of rows [experts + 1]. */
  readonly offsets: Int32Array<ArrayBuffer>;
}

/**
 * Sorts tokens by expert so that tokens of one expert are adjacent rows (paper, section 3.1, Figure 4c).
 *
 * It is a stable counting sort: within a segment the order of the tokens stays. Each segment is padded at its end to a
 * multiple of `align`; an expert without tokens has no rows.
 *
 * With top-k routing pass the flat [tokens, topK] array of {@linkcode routeTokens}: entries of `order` then index this flat
 * array, so the token of a row is `Math.floor(order[row] / topK)`.
 *
 * @param expertOfToken Expert of each token, or of each token and rank
 * @param options Number of experts and alignment
 * @returns Order with padding, and offsets
 * @throws {RangeError} If an expert does not exist, or `experts` or `align` is not an integer >= 1
 *
 * @example Sort five tokens into segments of a multiple of two
 * ```ts
 * import { groupTokens } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * const { order, offsets } = groupTokens(Int32Array.of(2, 0, 2, 0, 0), { experts: 3, align: 2 });
 * assertEquals(order, Int32Array.of(1, 3, 4, -1, 0, 2));
 * assertEquals(offsets, Int32Array.of(0, 4, 4, 6));
 * ```
 */
export function groupTokens(expertOfToken: Int32Array, options: GroupTokensOptions): TokenGroups {
  const { experts, align } = options;
  checkInteger(experts, "experts", 1, "group tokens");
  checkInteger(align, "align", 1, "group tokens");
  const counts = countExperts(expertOfToken, experts, "group tokens");
  const offsets = new Int32Array(experts + 1);
  for (let expert = 0; expert < experts; expert++) {
    offsets[expert + 1] = (offsets[expert] as number) + Math.ceil((counts[expert] as number) / align) * align;
  }
  const order = new Int32Array(offsets[experts] as number).fill(-1);
  const next = offsets.slice(0, experts);
  for (let entry = 0; entry < expertOfToken.length; entry++) {
    const expert = expertOfToken[entry] as number;
    const row = next[expert] as number;
    order[row] = entry;
    next[expert] = row + 1;
  }
  return { order, offsets };
}
