/**
 * Checks the house rules that no compiler knows: imports follow the layers, no source file grows past 300 lines, and no
 * line of Markdown past 120 columns, and the lock file holds what the document of dependencies says. Run by `deno task check:house`.
 *
 * @module
 */
import { join } from "@std/path";
import { findLayerFaults } from "./find_layer_faults.ts";
import { findLockFaults } from "./find_lock_faults.ts";
import { findWideLines } from "./find_wide_lines.ts";

const LONGEST_FILE = 300;

async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "node_modules") yield* filesOf(path);
    else if (entry.isFile) yield path;
  }
}

function findFaults(file: string, text: string): string[] {
  if (file.endsWith(".md")) return findWideLines(file, text);
  const lines = text.split("\n").length;
  const isLong = lines > LONGEST_FILE && !file.endsWith("_test.ts");
  return [...findLayerFaults(file, text), ...(isLong ? [`${file}: ${lines} lines; split it`] : [])];
}

const faults: string[] = findLockFaults(
  await Deno.readTextFile("deno.lock"),
  await Deno.readTextFile("docs/dependencies.md"),
);
let files = 0;
async function check(file: string): Promise<void> {
  if (!/\.(md|ts)$/.test(file) || file.endsWith(".d.ts")) return;
  files++;
  faults.push(...findFaults(file, await Deno.readTextFile(file)));
}

await Promise.all(["README.md", "CONTRIBUTING.md"].map(check));
for (const folder of ["packages", "tools", "bench", "docs"]) {
  for await (const file of filesOf(folder)) await check(file);
}
// deno-lint-ignore no-console -- a command's output
console.log(faults.length ? faults.join("\n") : `House: ${files} files keep the layers and the size`);
if (faults.length) Deno.exit(1);
