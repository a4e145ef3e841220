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
  const { sha256: expected, ...content } = value as StateFile & { sha256?: unknown };
  if (content.version !== formatVersion) {
    throw new SyntaxError(`is of another version than ${formatVersion}: current value is ${content.version}`);
  }
  if (expected !== sha256(encodeJson(content))) throw new SyntaxError("is corrupt: its checksum differs");
  return content;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new SyntaxError("is corrupt or cut off: it must be JSON");
  }
}
