import { basename, dirname } from "@std/path";
import { readText } from "./_read_text.ts";
import { textFiles } from "./_text_files.ts";
import type { Corpus } from "./corpus.ts";
import { DataError } from "./data_error.ts";
import { textExtensions } from "./text_extensions.ts";

async function filesOf(path: string): Promise<string[]> {
  const info = await Deno.stat(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) throw new DataError(`Cannot read ${path} as it does not exist`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read ${path} as the system refuses it: current value is ${reason}`, { cause: error });
  });
  if (info.isFile) return [path];
  if (!info.isDirectory) {
    // To open a pipe waits until somebody writes into it, and a device may never end.
    throw new DataError(`Cannot read ${path} as it must be a file or a folder: current value is a pipe or device`);
  }
  const files = await textFiles(path, textExtensions);
  await refuseTokens(path, files);
  if (files.length > 0) return files;
  throw new DataError(`Cannot read folder ${path} as it holds no text file: expected ${textExtensions.join(" ")}`);
}

/** Refuses a folder above prepared tokens: their index and tokenizer would be read as text. */
async function refuseTokens(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files.filter((file) => basename(file) === "index.json")) {
    if (!/^\s*\{\s*"format":\s*"beyond24-tokens"/.test(await Deno.readTextFile(file))) continue;
    throw new DataError(
      `Cannot read folder ${folder} as it holds prepared tokens, which are no text: name them, ${dirname(file)}`,
    );
  }
}

/** Bytes of plain text that are held at once: all of them are in memory as long as the run lasts. */
const maxBytes = 2 ** 29;

/** Refuses more text than is held at once, before any of it is read: half a gigabyte takes minutes. */
async function checkSize(files: readonly string[]): Promise<void> {
  const sizes = await Promise.all(files.map((file) => Deno.stat(file)));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= maxBytes) return;
  throw new DataError(
    `Cannot read ${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ""} as plain text must be at most ` +
      `${maxBytes} bytes in all: current value is ${total}. Prepare it first: deno task prepare`,
  );
}

/**
 * Reads files and folders as one corpus.
 *
 * A folder stands for the files in it and in its folders that end in one of {@linkcode textExtensions}, sorted by path;
 * hidden entries, symbolic links, `node_modules`, `runs` and `coverage` are passed over, and so are empty files. A file
 * is read whatever its ending. Paths are read in the order in which they are given.
 *
 * @param paths Files and folders
 * @returns The texts
 * @throws {DataError} If a path is missing, a named file is empty, a file is not UTF-8 or lines of JSON, a folder
 * holds no text, or prepared tokens, all of them have more than 512 MiB, or there are no paths; the message names the
 * file
 *
 * @example Read a file
 * ```ts
 * import { loadCorpus } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".txt" });
 * await Deno.writeTextFile(path, "To be, or not to be");
 * const { texts } = await loadCorpus([path]);
 * assertEquals(texts, [{ path, bytes: new TextEncoder().encode("To be, or not to be") }]);
 * await Deno.remove(path);
 * ```
 */
export async function loadCorpus(paths: readonly string[]): Promise<Corpus> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  await checkSize(files);
  const texts = [];
  for (const file of files) {
    const text = await readText(file);
    if (text.bytes.length > 0) texts.push(text);
    else if (paths.includes(file)) throw new DataError(`Cannot read ${file} as it is empty`);
  }
  if (texts.length > 0) return { texts };
  throw new DataError(`Cannot train as the data holds no text: current value is ${paths.join(", ") || "no path"}`);
}
