/**
 * Checks of what callers pass, shared by packages of sparse formats: one mechanism and one wording for arrays of the
 * wrong kind or length and for numbers out of bounds.
 *
 * @module
 */

/** Kinds of arrays that the sparse formats are made of. */
export type ArrayKind = "Float32Array" | "Uint8Array" | "Uint16Array" | "Uint32Array";

/**
 * What a value is, by name: `Float32Array`, `Array`, `Null`. The name comes from the array itself and not from its
 * class here, so arrays of other realms are told as well.
 */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/**
 * Throws unless a value is a typed array of one of the kinds, with as many elements as its size asks for.
 *
 * Without types nothing stops a caller from passing a plain array or 64-bit floats; read as float32 bits these would
 * give wrong results without a word.
 *
 * @param verb What cannot be done, such as `pack`
 * @param name Name of the argument
 * @param array What was passed
 * @param kinds Kinds that are taken
 * @param length Elements that it must have; any number when left out
 * @throws {TypeError} If the array is of another kind or length
 *
 * @example Refuse a plain array
 * ```ts
 * import { checkArray } from "@beyond24/sparse24/check";
 * import { assertThrows } from "@std/assert";
 *
 * checkArray("pack", "values", new Float32Array(4), ["Float32Array"], 4);
 * assertThrows(() => checkArray("pack", "values", [1, 2, 3, 4], ["Float32Array"], 4), TypeError, "must be a Float32Array");
 * ```
 */
export function checkArray(
  verb: string,
  name: string,
  array: unknown,
  kinds: readonly ArrayKind[],
  length?: number,
): void {
  const kind = kindOf(array);
  if (!ArrayBuffer.isView(array) || !kinds.some((wanted) => wanted === kind)) {
    throw new TypeError(`Cannot ${verb} as ${name} must be a ${kinds.join(" or ")}: current value is of type ${kind}`);
  }
  const elements = (array as Uint8Array).length;
  if (length === undefined || elements === length) return;
  throw new TypeError(`Cannot ${verb} as the length of ${name} must be ${length}: current value is ${elements}`);
}

/**
 * Throws unless a value is a whole number within bounds.
 *
 * @param verb What cannot be done, such as `pack`
 * @param name Name of the number
 * @param value What was passed
 * @param least Smallest number that is taken
 * @param most Largest number that is taken. Default: 2^53 - 1
 * @throws {RangeError} If it is anything else
 *
 * @example Refuse half a row
 * ```ts
 * import { checkWhole } from "@beyond24/sparse24/check";
 * import { assertThrows } from "@std/assert";
 *
 * checkWhole("pack", "rows", 8, 0);
 * assertThrows(() => checkWhole("pack", "rows", 0.5, 0), RangeError, "rows must be a whole number >= 0");
 * ```
 */
export function checkWhole(verb: string, name: string, value: unknown, least: number, most = Infinity): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  const bounds = most === Infinity ? `>= ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`Cannot ${verb} as ${name} must be a whole number ${bounds}: current value is ${String(value)}`);
}

/**
 * Throws unless `value` is a multiple of `divisor`.
 *
 * @param verb What cannot be done, such as `pack`
 * @param name Name of the number
 * @param value A whole number
 * @param divisor What must divide it
 * @throws {TypeError} If it is no multiple
 *
 * @example Refuse a group of three
 * ```ts
 * import { checkMultiple } from "@beyond24/sparse24/check";
 * import { assertThrows } from "@std/assert";
 *
 * checkMultiple("pack", "cols", 8, 4);
 * assertThrows(() => checkMultiple("pack", "cols", 7, 4), TypeError, "cols must be a multiple of 4");
 * ```
 */
export function checkMultiple(verb: string, name: string, value: number, divisor: number): void {
  if (value % divisor === 0) return;
  throw new TypeError(`Cannot ${verb} as ${name} must be a multiple of ${divisor}: current value is ${value}`);
}

/**
 * Throws unless 2:4 metadata has one nibble a group, four groups to a 16-bit word, a new word for each row, and zeros
 * in the nibbles behind the last group of a row.
 *
 * @param verb What cannot be done, such as `unpack`
 * @param metadata What was passed
 * @param rows Rows of groups
 * @param groups Groups in a row
 * @throws {TypeError} If it is no `Uint16Array` or has another length
 * @throws {SyntaxError} If an unused nibble is not 0
 *
 * @example Refuse a stray nibble
 * ```ts
 * import { checkMetadata } from "@beyond24/sparse24/check";
 * import { assertThrows } from "@std/assert";
 *
 * checkMetadata("unpack", Uint16Array.of(0x4e), 1, 2);
 * assertThrows(() => checkMetadata("unpack", Uint16Array.of(0x44e), 1, 2), SyntaxError, "in row 0 behind group 1");
 * ```
 */
export function checkMetadata(verb: string, metadata: Uint16Array, rows: number, groups: number): void {
  const words = Math.ceil(groups / 4);
  checkArray(verb, "metadata", metadata, ["Uint16Array"], rows * words);
  if (groups % 4 === 0) return;
  const unused = 0xffff & (0xffff << (4 * (groups % 4)));
  for (let last = words - 1; last < metadata.length; last += words) {
    const stray = (metadata[last] ?? 0) & unused;
    if (stray === 0) continue;
    throw new SyntaxError(
      `Cannot ${verb} as unused metadata nibbles must be 0, in row ${Math.floor(last / words)} behind group ` +
        `${groups - 1}: current value is 0x${stray.toString(16)}`,
    );
  }
}

/**
 * Throws unless a nibble names two increasing places. Only an empty group may repeat one: CUTLASS writes 0x0 with two
 * zero values for it.
 *
 * @param verb What cannot be done, such as `unpack`
 * @param nibble The nibble, 0 to 15
 * @param first Value of the first place
 * @param second Value of the second place
 * @param row Row of the group, for the message
 * @param group Group in its row, for the message
 * @throws {SyntaxError} If the places do not increase
 *
 * @example Refuse places that fall
 * ```ts
 * import { checkNibble } from "@beyond24/sparse24/check";
 * import { assertThrows } from "@std/assert";
 *
 * checkNibble("unpack", 0x4, 7, 8, 0, 0);
 * checkNibble("unpack", 0x0, 0, 0, 0, 0);
 * assertThrows(() => checkNibble("unpack", 0x1, 7, 8, 0, 0), SyntaxError, "must increase, in row 0 at group 0");
 * ```
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
    `Cannot ${verb} as the two places of a metadata nibble must increase, in row ${row} at group ${group}: ` +
      `current value is 0x${nibble.toString(16)}`,
  );
}
