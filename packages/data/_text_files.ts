import { extname, join } from "@std/path";

const skippedFolders = new Set(["node_modules", "runs", "coverage"]);

/**
 * The files below a folder whose ending is one of `extensions`, sorted by path so that every machine reads them in the
 * same order. Hidden entries, symbolic links and folders that hold no sources are passed over.
 */
export async function textFiles(folder: string, extensions: readonly string[]): Promise<string[]> {
  const entries: Deno.DirEntry[] = [];
  for await (const entry of Deno.readDir(folder)) if (!entry.name.startsWith(".")) entries.push(entry);
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const files: string[] = [];
  for (const { name, isDirectory, isFile } of entries) {
    const path = join(folder, name);
    if (isDirectory && !skippedFolders.has(name)) files.push(...await textFiles(path, extensions));
    if (isFile && extensions.includes(extname(name).toLowerCase())) files.push(path);
  }
  return files;
}
