import { checkInteger } from "./_check.ts";
import type { GroupTokensOptions } from "./group_tokens.ts";

/**
 * Most rows that {@linkcode groupTokens} can need for a number of entries, whatever their experts.
 *
 * Devices that keep the counts to themselves allocate this many rows once. Padding adds at most `align - 1` rows to each
 * segment, and no more segments than entries have rows.
 *
 * @param entries Length of `expertOfToken`
 * @param options Number of experts and alignment
 * @returns The least upper bound, a multiple of `align`
 * @throws {RangeError} If `entries` is not an integer >= 0, or `experts` or `align` is not one >= 1
 *
 * @example Size a buffer
 * ```ts
 * import { groupedCapacity } from "@beyond24/routing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupedCapacity(5, { experts: 3, align: 2 }), 8);
 * ```
 */
export function groupedCapacity(entries: number, { experts, align }: GroupTokensOptions): number {
  checkInteger(entries, "entries", 0, "size groups");
  checkInteger(experts, "experts", 1, "size groups");
  checkInteger(align, "align", 1, "size groups");
  const segments = Math.min(experts, entries);
  return Math.floor((entries + segments * (align - 1)) / align) * align;
}
