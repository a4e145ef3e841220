import { extname, join } from "@std/path";
import { DataError } from "./data_error.ts";

const skippedFolders = new Set(["node_modules", "runs", "coverage"]);

/**
 * The files below a folder whose ending is one of `extensions`, sorted by path so that every machine reads them in the
 * same order. Hidden entries, symbolic links and folders that hold no sources are passed over.
 *
 * @throws {DataError} If one of the folders cannot be read
 */
export async function textFiles(folder: string, extensions: readonly string[]): Promise<string[]> {
  const entries = (await entriesOf(folder)).filter(({ name }) => !name.startsWith("."));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const files: string[] = [];
  for (const { name, isDirectory, isFile } of entries) {
    const path = join(folder, name);
    if (isDirectory && !skippedFolders.has(name)) files.push(...await textFiles(path, extensions));
    if (isFile && extensions.includes(extname(name).toLowerCase())) files.push(path);
  }
  return files;
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`Cannot read folder ${folder} as the system refuses it: current value is ${reason}`, {
      cause: error,
    });
  }
}
