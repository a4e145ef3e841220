import { dirname, join } from "@std/path";

/** What looks like a file of the repository: in backticks or as the target of a link, with a folder and an ending. */
const NAMED = /`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|md|as|cu|cuh|py|json))`|\]\(([\w./-]+\.\w+)(?:#[\w-]*)?\)/g;

/** Paths that a run writes, and not the repository. */
const WRITTEN = /(^|\/)(runs?|tokens|checkpoints|hf|caches?|built?)\/|beyond24\//;

/**
 * The files that a document names and that there are not, each as a line of text. A name may begin at the root, in
 * `packages`, in the package of the document, or where it lies.
 *
 * @param file Path of the document, relative to the repository
 * @param text Text of the document
 * @param exists Whether a path, relative to the repository, is there
 */
export function findMissingFiles(file: string, text: string, exists: (path: string) => boolean): string[] {
  const folders = [".", "packages", file.split("/").slice(0, 2).join("/"), dirname(file)];
  return text.split("\n").flatMap((line, index) =>
    [...line.matchAll(NAMED)].map(([, named, linked]) => named ?? linked ?? "")
      .filter((name) => !WRITTEN.test(name))
      .filter((name) => !folders.map((folder) => join(folder, name)).some((path) => isInside(path) && exists(path)))
      .map((name) => `${file}:${index + 1}: names ${name}, which is not there`)
  );
}

/** What lies outside of the repository may not be read: in a terminal Deno would ask. */
function isInside(path: string): boolean {
  return !path.startsWith("..");
}
