/**
 * Checks the house rules that no compiler knows: imports follow the layers, and no source file grows past 300 lines.
 * Run by `deno task check:house`.
 *
 * @module
 */
import { join } from "@std/path";
import { findLayerFaults } from "./find_layer_faults.ts";

const LONGEST_FILE = 300;

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "node_modules") yield* sourceFiles(path);
    else if (entry.isFile && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) yield path;
  }
}

const faults: string[] = [];
let files = 0;
for (const folder of ["packages", "tools", "bench"]) {
  for await (const file of sourceFiles(folder)) {
    const source = await Deno.readTextFile(file);
    files++;
    faults.push(...findLayerFaults(file, source));
    const lines = source.split("\n").length;
    if (lines > LONGEST_FILE && !file.endsWith("_test.ts")) faults.push(`${file}: ${lines} lines; split it`);
  }
}
// deno-lint-ignore no-console -- a command's output
console.log(faults.length ? faults.join("\n") : `House: ${files} files keep the layers and the size`);
if (faults.length) Deno.exit(1);
