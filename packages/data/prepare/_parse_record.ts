import { firstBadByte, notUtf8 } from "../_utf8.ts";

/** Why a record is no document, and where, in its own bytes. */
export interface RecordFault {
  /** Offset in bytes. */
  readonly byte: number;
  /** What can follow "as". */
  readonly reason: string;
  /** Whether it is a record, but without the field that is asked for. */
  readonly lacksField?: true;
}

/** A text, or why there is none. */
export type ParsedText = { readonly text: string } | RecordFault;

/** Decodes a text. A byte order mark is part of it. */
export function parseText(bytes: Uint8Array): ParsedText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text === "" ? { byte: 0, reason: "it is empty" } : { text };
  } catch {
    const byte = firstBadByte(bytes);
    return { byte, reason: notUtf8(bytes[byte]) };
  }
}

/** Takes a field out of a line of JSON; undefined for a line of white space. */
export function parseRecord(line: Uint8Array, field: string): ParsedText | undefined {
  const parsed = parseText(line);
  if (!("text" in parsed)) return line.length === 0 ? undefined : parsed;
  const text = parsed.text.replace(/^\uFEFF/, "");
  if (text.trim() === "") return undefined;
  try {
    return fieldOf(JSON.parse(text), field);
  } catch {
    return { byte: 0, reason: `it must be JSON: current value is ${JSON.stringify(text.slice(0, 40))}` };
  }
}

function fieldOf(record: unknown, field: string): ParsedText {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return { byte: 0, reason: `it must be an object: current value is ${JSON.stringify(record).slice(0, 40)}` };
  }
  if (!Object.hasOwn(record, field)) {
    const fields = Object.keys(record).map((name) => JSON.stringify(name)).join(", ").slice(0, 200) || "none";
    const reason = `it has no field ${JSON.stringify(field)}: its fields are ${fields}. Name one with --field`;
    return { byte: 0, reason, lacksField: true };
  }
  const text: unknown = Reflect.get(record, field);
  if (typeof text !== "string") {
    const value = (JSON.stringify(text) ?? "nothing").slice(0, 40);
    return { byte: 0, reason: `its field ${JSON.stringify(field)} must be a text: current value is ${value}` };
  }
  return text === "" ? { byte: 0, reason: `its field ${JSON.stringify(field)} is empty` } : { text };
}
