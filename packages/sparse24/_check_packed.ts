import { checkLength, checkMultiple, checkShape } from "./_check.ts";
import { metadataWords24 } from "./metadata_words24.ts";
import type { Packed24 } from "./packed24.ts";

/** Throws unless the arrays of a packed matrix have the lengths that its size asks for. */
export function checkPacked(verb: string, packed: Packed24): void {
  checkShape(verb, packed);
  checkMultiple(verb, "cols", packed.cols, 4);
  checkLength(verb, "values", packed.values.length, packed.rows * packed.cols / 2);
  checkLength(verb, "metadata", packed.metadata.length, packed.rows * metadataWords24(packed.cols));
}

/**
 * Throws unless a nibble names two increasing places. Only an empty group may repeat one: CUTLASS writes 0x0 with two
 * zero values for it.
 */
export function checkNibble(
  verb: string,
  nibble: number,
  first: number,
  second: number,
  row: number,
  group: number,
): void {
  if ((nibble & 3) < nibble >> 2) return;
  if ((nibble & 3) === nibble >> 2 && first === 0 && second === 0) return;
  throw new SyntaxError(
    `Cannot ${verb} as the two indices of a metadata nibble must increase, in row ${row} from column ${4 * group}: ` +
      `current value is 0x${nibble.toString(16)}`,
  );
}
