import { checkFormat, checkMultiple, groupsOf } from "./_check.ts";
import type { VnmFormat } from "./vnm_format.ts";

/** Groups of a row in Spatha's arrays: padded so that twice as many values are a multiple of 16. */
export function spathaGroups(verb: string, format: VnmFormat): number {
  checkFormat(verb, format);
  checkMultiple(verb, "rows", format.rows, 32);
  return Math.ceil(groupsOf(format) / 8) * 8;
}

/** Index of the first value of row `row` and group `group`, with `groups` padded groups a row. */
export function spathaValue(row: number, group: number, groups: number): number {
  return Math.floor(row / 16) * 32 * groups + (group >> 2) * 128 + ((row & 15) >> 2) * 32 + (group & 3) * 8 +
    (row & 3) * 2;
}

/** Index of the 16-bit half word that holds the nibbles of row `row` and the four groups from `group`. */
export function spathaHalfWord(row: number, group: number, groups: number): number {
  return (Math.floor(row / 32) * groups * 4 + (group >> 2) * 16 + ((row & 31) >> 1)) * 2 + (row & 1);
}
