/**
 * The text of a header, read as strictly as the reference implementation does: `JSON.parse` alone keeps the last of two
 * equal names without a word, and takes `1.0` for an integer and half of a surrogate pair for a letter.
 *
 * @module
 */

/** Nesting at which the JSON reader of the reference implementation gives up. */
const DEEPEST = 128;

/** A value for a message, cut short: a header can be huge. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}

/** Whether a value is what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The end of the string literal that starts at `start`, behind its closing quote. */
function stringEnd(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"') index += json[index] === "\\" ? 2 : 1;
  return index + 1;
}

function skipSpace(json: string, start: number): number {
  let index = start;
  while (" \t\n\r".includes(json[index] ?? "end")) index++;
  return index;
}

function refuse(rule: string, value: string): never {
  throw new SyntaxError(`Cannot decode safetensors as ${rule}: current value is ${value}`);
}

/**
 * Throws if a valid JSON text holds a name twice in one object, half of a surrogate pair, or values too deep to nest.
 */
function checkTokens(json: string): void {
  const names: Set<string>[] = [];
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === "{" || character === "[") names.push(new Set());
    if (character === "}" || character === "]") names.pop();
    if (names.length >= DEEPEST) refuse(`values must nest less than ${DEEPEST} deep`, `${names.length} levels`);
    if (character !== '"') continue;
    const end = stringEnd(json, index);
    const text: string = JSON.parse(json.slice(index, end));
    if (!text.isWellFormed()) refuse("text must be well-formed Unicode", show(text));
    if (json[skipSpace(json, end)] === ":") {
      if (names.at(-1)?.has(text)) refuse("names must be unique", `${show(text)} twice`);
      names.at(-1)?.add(text);
    }
    index = end - 1;
  }
}

/**
 * A number as the format knows it: digits only. All others become NaN, which no size or offset is; a runtime that does
 * not tell how a number was written lets `1.0` pass.
 */
function strictNumber(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw new RangeError("number out of range");
  return /^\d+$/.test(context?.source ?? String(value)) ? value : NaN;
}

/**
 * The object that a header's text holds.
 *
 * @throws {SyntaxError} If it is no JSON object, or not one that the reference implementation takes
 */
export function parseHeaderText(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text, strictNumber);
  } catch (cause) {
    throw new SyntaxError("Cannot decode safetensors as the header must be JSON: current value does not parse", {
      cause,
    });
  }
  if (!isObject(header)) refuse("the header must be an object", show(text.slice(0, 20)));
  checkTokens(text);
  return header;
}
