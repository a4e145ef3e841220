/** What may stand in a place of a text: nothing where it is false or undefined; the items of a list are lines. */
export type Piece = string | number | false | undefined | readonly Piece[];

/** Numbers become constants of the text, `const NAME: u32`; truth values only decide what the text says. */
export type ShaderValues = Readonly<Record<string, number | boolean>>;

/** A part of a shader: a text, or one that depends on values. */
export type ShaderPart = string | { readonly values: ShaderValues; readonly write: () => string };

/** A part that depends on values: they are all that its text may depend on, as they tell pipelines apart. */
export function part<Values extends ShaderValues>(write: (values: Values) => string, values: Values): ShaderPart {
  return { values, write: () => write(values) };
}

/** The values of all parts. */
export function valuesOf(parts: readonly ShaderPart[]): ShaderValues {
  return Object.assign({}, ...parts.map((one) => typeof one === "string" ? {} : one.values));
}

/** The texts of all parts, one after the other. */
export function textsOf(parts: readonly ShaderPart[]): string {
  return parts.map((one) => typeof one === "string" ? one : one.write()).join("\n");
}

/** `text` of 0 to `count` - 1: shading languages have no lists of registers and no loop over their names. */
export function each<Text extends Piece>(count: number, text: (index: number) => Text): Text[] {
  return Array.from({ length: count }, (_, index) => text(index));
}

/** Stands for a place while lines are looked at. */
const PLACE = "\0";

/**
 * WGSL from a template. The text loses the indentation that all of its lines have; a piece that has a line to itself
 * takes over the indentation of its place, and where it is empty there is no line.
 */
export function wgsl(strings: TemplateStringsArray, ...pieces: Piece[]): string {
  const texts = pieces.map(textOf).values();
  const next = () => texts.next().value ?? "";
  return dedented(strings.join(PLACE).split("\n")).flatMap((line) => {
    if (line.trim() !== PLACE) return [line.replaceAll(PLACE, next)];
    const text = next();
    const indentation = line.slice(0, line.indexOf(PLACE));
    return text === "" ? [] : text.split("\n").map((inner) => inner === "" ? "" : indentation + inner);
  }).join("\n");
}

function textOf(piece: Piece): string {
  if (piece === false || piece === undefined) return "";
  if (typeof piece === "string" || typeof piece === "number") return String(piece);
  return piece.map(textOf).filter((text) => text !== "").join("\n");
}

/** Without the indentation of all lines, and without an empty first and last line. */
function dedented(lines: readonly string[]): string[] {
  const isBlank = (line: string | undefined) => line?.trim() === "";
  const kept = lines.slice(isBlank(lines[0]) ? 1 : 0, isBlank(lines.at(-1)) ? -1 : undefined);
  const indentation = Math.min(...kept.filter((line) => !isBlank(line)).map((line) => line.search(/\S/)));
  return kept.map((line) => line.slice(indentation));
}
