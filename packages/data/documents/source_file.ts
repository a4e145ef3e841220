import { DataError } from "../data_error.ts";

/** How a file holds documents: it is one, a record on every line, a list of records, or a table. */
export type DocumentFormat = "text" | "lines" | "list" | "table";

/** How a file is compressed. */
export type Compression = "none" | "gzip" | "zstd";

/** A file of documents. */
export interface SourceFile {
  /** Where it lies. */
  readonly path: string;
  /** How it holds documents. */
  readonly format: DocumentFormat;
  /** How it is compressed. */
  readonly compression: Compression;
  /** Its size. */
  readonly bytes: number;
}

const formats: Readonly<Record<string, DocumentFormat>> = {
  ".txt": "text",
  ".md": "text",
  ".jsonl": "lines",
  ".ndjson": "lines",
  ".json": "list",
  ".parquet": "table",
};

const compressions: Readonly<Record<string, Compression>> = { ".gz": "gzip", ".zst": "zstd", ".zstd": "zstd" };

/** Endings of the files that are understood, each also with one of compression. */
export const documentExtensions: string = [
  ...Object.keys(formats),
  `each also ${Object.keys(compressions).join(", ")}`,
].join(" ");

/**
 * What a file's name says of its contents.
 *
 * @param name Name or path
 * @returns Format and compression; undefined when the ending is another one
 */
export function formatOf(name: string): Pick<SourceFile, "format" | "compression"> | undefined {
  const [, ending = "", compressed = ""] = /(\.[a-z]+?)(\.gz|\.zst|\.zstd)?$/i.exec(name) ?? [];
  const format = formats[ending.toLowerCase()];
  return format && { format, compression: compressions[compressed.toLowerCase()] ?? "none" };
}

/**
 * The files of documents at paths: a file itself, a folder's files and those of its folders, sorted by path. Hidden
 * entries are passed over; a link to a file counts as the file, a link to a folder does not.
 *
 * @param paths Files and folders
 * @param onPassed Hears of files in folders whose ending says that they hold no documents
 * @returns The files, in the order of the paths
 * @throws {DataError} If there is none, a path is missing or neither file nor folder, or a named file has another
 * ending
 */
export async function findSourceFiles(
  paths: readonly string[],
  onPassed: (path: string) => void = () => {},
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of paths) {
    const info = await look(path);
    const found = info.isDirectory ? await filesIn(path, onPassed) : [sourceFile(path, info)];
    if (found.length === 0) {
      throw new DataError(`Cannot read folder ${path} as it holds no documents: expected ${documentExtensions}`);
    }
    for (const file of found) files.push(file);
  }
  if (files.length > 0) return files;
  throw new DataError(`Cannot read documents as there is no path: name files or folders`);
}

async function look(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DataError(`Cannot read ${path} as it does not exist`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read ${path} as the system refuses it: current value is ${reason}`, { cause: error });
  }
}

function sourceFile(path: string, { isFile, size }: Deno.FileInfo): SourceFile {
  if (!isFile) {
    throw new DataError(`Cannot read ${path} as it must be a file or a folder: current value is a pipe or device`);
  }
  const format = formatOf(path);
  if (format !== undefined) return { path, ...format, bytes: size };
  throw new DataError(`Cannot read ${path} as its name does not say what it holds: expected ${documentExtensions}`);
}

async function filesIn(folder: string, onPassed: (path: string) => void): Promise<SourceFile[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (!name.startsWith(".")) names.push(name);
  const files: SourceFile[] = [];
  for (const name of names.sort()) {
    const path = `${folder.replace(/[/\\]$/, "")}/${name}`;
    const { isSymlink } = await Deno.lstat(path);
    const info = await look(path);
    if (info.isDirectory && !isSymlink) files.push(...await filesIn(path, onPassed));
    else if (info.isFile && formatOf(name) !== undefined) files.push(sourceFile(path, info));
    else if (!info.isDirectory) onPassed(path);
  }
  return files;
}
