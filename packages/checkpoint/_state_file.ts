import { checkJson } from "@beyond24/disk/json";
import * as v from "valibot";
import { FileDigest, type FileRecord } from "./_file_digest.ts";
import type { JsonValue } from "./checkpoint.ts";

/** Says what kind of file it is, so that a foreign one is known as such. */
export const formatName = "beyond24 checkpoint";
/** Version of the format. */
export const formatVersion = 1;

/** What `state.json` holds. */
export interface StateFile {
  readonly format: typeof formatName;
  readonly version: typeof formatVersion;
  readonly step: number;
  readonly files: Readonly<Record<string, FileRecord>>;
  readonly state: JsonValue;
}

const integer = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What must hold of a file even when its checksum is right: another program may have written it. */
const stateFileSchema: v.GenericSchema<unknown, StateFile> = v.strictObject({
  format: v.literal(formatName),
  version: v.literal(formatVersion),
  step: integer,
  files: v.record(v.string(), v.object({ bytes: integer, sha256: v.string() })),
  state: v.custom<JsonValue>((value) => value !== undefined, "a value"),
});

/** SHA-256 in hexadecimal digits. */
function sha256(contents: Uint8Array): string {
  const digest = new FileDigest();
  digest.add(contents);
  return digest.record().sha256;
}

/** JSON for people to read, in UTF-8. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}

/** The bytes of `state.json`, with a checksum over all the rest of it. */
export function encodeStateFile(content: StateFile): Uint8Array {
  return encodeJson({ ...content, sha256: sha256(encodeJson(content)) });
}

/** Reads `state.json`; the message of an error says what is wrong with it. */
export function decodeStateFile(bytes: Uint8Array): StateFile {
  const value: unknown = parse(bytes);
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== formatName) {
    throw new SyntaxError(`is foreign: it must have "format": "${formatName}"`);
  }
  if (!("version" in value) || value.version !== formatVersion) {
    const version = "version" in value ? JSON.stringify(value.version) : "none";
    throw new SyntaxError(`is of another version than ${formatVersion}: current value is ${version}`);
  }
  // The checksum is over all the rest, in its order.
  const { sha256: expected, ...content } = "sha256" in value ? value : { ...value, sha256: undefined };
  if (expected !== sha256(encodeJson(content))) throw new SyntaxError("is corrupt: its checksum differs");
  try {
    return checkJson(stateFileSchema, content);
  } catch (error) {
    throw new SyntaxError(`is foreign: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new SyntaxError("is corrupt or cut off: it must be JSON");
  }
}
