import { dirname, join } from "@std/path";
import { importsOf } from "./find_layer_faults.ts";

/** The files of a repository that a source imports by a relative path. */
function neighboursOf(file: string, source: string): string[] {
  return importsOf(source).filter((specifier) => specifier.startsWith(".")).map((path) => join(dirname(file), path));
}

/**
 * Circles of files that import each other, each as a line of text: neither can be read, tested or moved without the
 * other. Imports of types count. Of files that several circles share, one circle is told.
 *
 * @param sources Text of every file by its path relative to the repository, with `/`
 */
export function findCircles(sources: ReadonlyMap<string, string>): string[] {
  const imports = new Map([...sources].map(([file, source]) => [file, neighboursOf(file, source)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(" → "));
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of [...imports.keys()].sort()) visit(file, []);
  return circles.map((circle) => `${circle}: a circle of imports; move what both need`);
}
