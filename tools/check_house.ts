/**
 * Checks the house rules that no compiler knows: imports follow the layers and go in no circle, no source file grows
 * past 300 lines, no comment and no line of Markdown past 120 columns, no file holds marks of a merge, files that
 * documents name are there, and the lock file holds what the document of dependencies says. Run by `deno task
 * check:house`.
 *
 * @module
 */
import { basename } from "@std/path";
import { findCircles } from "./find_circles.ts";
import { findConflictMarks } from "./find_conflict_marks.ts";
import { findLayerFaults, findMissingPackages } from "./find_layer_faults.ts";
import { findLockFaults } from "./find_lock_faults.ts";
import { findMissingFiles } from "./find_missing_files.ts";
import { findWideLines } from "./find_wide_lines.ts";
import { filesOf, sourceFiles } from "./source_files.ts";
import { wrapComments } from "./wrap_comments.ts";

const LONGEST_FILE = 300;

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function findFaults(file: string, text: string): string[] {
  const marks = findConflictMarks(file, text); // in a comment no compiler sees them
  if (file.endsWith(".md")) {
    return [...marks, ...findWideLines(file, text), ...findMissingFiles(file, text, exists, names)];
  }
  const lines = text.split("\n").length;
  const isLong = lines > LONGEST_FILE && !file.endsWith("_test.ts");
  return [...marks, ...findLayerFaults(file, text), ...(isLong ? [`${file}: ${lines} lines; split it`] : [])];
}

/** Sources whose comments `deno task fmt:comments` would wrap. */
async function findWideComments(): Promise<string[]> {
  const faults: string[] = [];
  for await (const file of sourceFiles()) {
    const text = texts.get(file) ?? await Deno.readTextFile(file);
    if (wrapComments(text) !== text) {
      faults.push(`${file}: comments wider than 120 columns; run deno task fmt:comments`);
    }
  }
  return faults;
}

const texts = new Map<string, string>();
const names = new Set<string>();
async function read(file: string): Promise<void> {
  names.add(basename(file));
  if (/\.(md|ts)$/.test(file) && !file.endsWith(".d.ts")) texts.set(file, await Deno.readTextFile(file));
}

await Promise.all(["README.md", "CONTRIBUTING.md"].map(read));
for (const folder of ["packages", "tools", "bench", "docs"]) {
  for await (const file of filesOf(folder)) await read(file);
}
const packages = new Set([...Deno.readDirSync("packages")].map(({ name }) => name));
const sources = new Map([...texts].filter(([file]) => file.endsWith(".ts")));
const faults = [
  ...[...texts].flatMap(([file, text]) => findFaults(file, text)),
  ...await findWideComments(),
  ...findCircles(sources),
  ...findMissingPackages(packages),
  ...findLockFaults(await Deno.readTextFile("deno.lock"), texts.get("docs/dependencies.md") ?? ""),
];
// deno-lint-ignore no-console -- a command's output
console.log(
  faults.length ? faults.join("\n") : `House: ${texts.size} files keep the layers and the size, without circles`,
);
if (faults.length) Deno.exit(1);
