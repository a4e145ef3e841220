import { dirname, join } from "@std/path";

/** What looks like a file of the repository: in backticks or as the target of a link, with a folder and an ending. */
const NAMED = /`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|md|as|cu|cuh|py|json))`|\]\(([\w./-]+\.\w+)(?:#[\w-]*)?\)/g;

/** What looks like a source of the repository by its name alone; not the end of the names of tests. */
const SOURCE = /`(?!_test\.)(\w[\w.-]*\.(?:ts|as|cu|cuh|py))`/g;

/** Paths that a run writes, and not the repository. */
const WRITTEN = /(^|\/)(runs?|tokens|checkpoints|hf|caches?|built?)\/|beyond24\//;

/**
 * The files that a document names and that there are not, each as a line of text. A name may begin at the root, in
 * `packages`, in the package of the document, or where it lies; that of a source may stand without its folder.
 *
 * @param file Path of the document, relative to the repository
 * @param text Text of the document
 * @param exists Whether a path, relative to the repository, is there
 * @param names Names of all files of the repository, without their folders
 */
export function findMissingFiles(
  file: string,
  text: string,
  exists: (path: string) => boolean,
  names: ReadonlySet<string>,
): string[] {
  const folders = [".", "packages", file.split("/").slice(0, 2).join("/"), dirname(file)];
  const isThere = (name: string) =>
    folders.map((folder) => join(folder, name)).some((path) => isInside(path) && exists(path));
  return text.split("\n").flatMap((line, index) => {
    const paths = [...line.matchAll(NAMED)].map(([, named, linked]) => named ?? linked ?? "");
    const sources = [...line.matchAll(SOURCE)].map(([, name]) => name ?? "");
    return [
      ...paths.filter((path) => !WRITTEN.test(path) && !isThere(path)),
      ...sources.filter((name) => !names.has(name)),
    ].map((name) => `${file}:${index + 1}: names ${name}, which is not there`);
  });
}

/** What lies outside of the repository may not be read: in a terminal Deno would ask. */
function isInside(path: string): boolean {
  return !path.startsWith("..");
}
