import { byteStream, StreamError, tableCompressors } from "@beyond24/data/documents";
import { EvaluationError } from "../evaluation_error.ts";

/**
 * How a file holds rows, by its ending; each may have an ending of compression behind it. Libraries of tables are
 * loaded when they are needed.
 */
const readers: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => unknown[] | Promise<unknown[]>>> = {
  ".jsonl": readJson,
  ".ndjson": readJson,
  ".json": readJson,
  ".parquet": async (bytes) => {
    const { parquetReadObjects } = await import("hyparquet");
    return await parquetReadObjects({ file: bytes.buffer, compressors: tableCompressors });
  },
  ".arrow": async (bytes) => (await import("@uwdata/flechette")).tableFromIPC(bytes).toArray(),
};

const compressions = { ".gz": "gzip", ".zst": "zstd" } as const;

/** The endings of files that hold rows. */
export const rowEndings: string = `${Object.keys(readers).join(", ")}, each also ${
  Object.keys(compressions).join(", ")
}`;

/** The ending of a file of rows, that of compression left out; undefined for other files. */
export function rowEnding(path: string): string | undefined {
  const [, ending] = /(\.[a-z]+?)(\.gz|\.zst)?$/i.exec(path) ?? [];
  const known = ending?.toLowerCase() ?? "";
  return Object.hasOwn(readers, known) ? known : undefined;
}

/**
 * The rows of a file, as parsed JSON: lines or a list of JSON, Parquet, or Arrow (both as a stream and as a file).
 *
 * @param path The file; its ending says what it holds
 * @returns Rows
 * @throws {EvaluationError} If it is missing, damaged or of another format
 *
 * @example Lines of JSON
 * ```ts
 * import { readRows } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".jsonl" });
 * await Deno.writeTextFile(path, '{ "goal": "Boil water" }\n');
 * assertEquals(await readRows(path), [{ goal: "Boil water" }]);
 * ```
 */
export async function readRows(path: string): Promise<unknown[]> {
  const read = readers[rowEnding(path) ?? ""];
  if (read === undefined) {
    throw new EvaluationError(`Cannot read ${path} as its name does not say what it holds: expected ${rowEndings}`);
  }
  try {
    return (await read(await readBytes(path))).map(plain);
  } catch (error) {
    throw new EvaluationError(`Cannot read ${path} as ${refusal(path, error)}`, { cause: error });
  }
}

function refusal(path: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof StreamError) return reason;
  // Damaged bytes may bring a decoder to any error of JavaScript, also to one with a code.
  const isOfSystem = Object.values(Deno.errors).some((kind) => error instanceof kind);
  const rule = isOfSystem ? "the system refuses it" : `it must be ${rowEnding(path)?.slice(1)}`;
  return `${rule}: current value is ${reason}`;
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const ending = Object.entries(compressions).find(([ending]) => path.toLowerCase().endsWith(ending));
  const chunks = await Array.fromAsync(byteStream({ path, compression: ending?.[1] ?? "none" }));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function readJson(bytes: Uint8Array): unknown[] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  if (text.trimStart().startsWith("[")) return JSON.parse(text);
  return text.split("\n").flatMap((line, place) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SyntaxError(`line ${place + 1}, ${reason}`, { cause: error });
    }
  });
}

/** As JSON would have it: numbers of 64 bits become numbers, columns and rows of tables become lists and objects. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value) || Symbol.iterator in value) {
    return Array.from(value as Iterable<unknown>, plain);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
