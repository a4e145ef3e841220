import { fromFileUrl, join, relative } from "@std/path";
import { readText } from "./_read_text.ts";
import { textFiles } from "./_text_files.ts";
import type { Corpus } from "./corpus.ts";
import { DataError } from "./data_error.ts";

/** What the repository keeps under version control; anything else in a checkout is not part of the corpus. */
const folders = ["bench", "docs", "packages", "tools"];
const extensions = [".cu", ".md", ".ts"];

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}

/**
 * The sources and documents of a checkout of this repository: what is trained on when no data is named.
 *
 * Documents at the top, then `bench`, `docs`, `packages` and `tools`, sorted by path: the same order on every machine.
 *
 * @param root Folder of the checkout; left out, the one that this module lies in
 * @returns The texts; paths are relative to the checkout
 * @throws {DataError} If this module does not lie in a checkout (it was imported from a registry)
 *
 * @example Read this repository
 * ```ts
 * import { repositoryCorpus } from "@beyond24/data";
 * import { assert } from "@std/assert";
 *
 * const { texts } = await repositoryCorpus();
 * assert(texts.some(({ path }) => path.endsWith("repository_corpus.ts")));
 * ```
 */
export async function repositoryCorpus(root?: string): Promise<Corpus> {
  const folder = root ?? repositoryRoot();
  const files: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".md")) files.push(join(folder, name));
  }
  files.sort();
  for (const name of folders) {
    if (await isFolder(join(folder, name))) files.push(...await textFiles(join(folder, name), extensions));
  }
  const texts = [];
  for (const file of files) {
    const { bytes } = await readText(file);
    if (bytes.length > 0) texts.push({ path: relative(folder, file), bytes });
  }
  if (texts.length > 0) return { texts };
  throw new DataError(`Cannot train on the repository as it holds no sources: current value is ${folder}`);
}

/** The checkout that this module lies in. */
function repositoryRoot(): string {
  if (import.meta.url.startsWith("file:")) return fromFileUrl(new URL("../..", import.meta.url));
  throw new DataError(
    "Cannot train on the repository as this package was not imported from a checkout: name your data",
  );
}
