import { join } from "@std/path";

/** What is written by a command. */
const WRITTEN = /(^|\/)(built|golden|node_modules)\/|simd_module\.ts$|\/table\.ts$/;

/** All files of a folder, and of the folders in it. */
export async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "node_modules") yield* filesOf(path);
    else if (entry.isFile) yield path;
  }
}

/** Sources in TypeScript and AssemblyScript that are written by hand. */
export async function* sourceFiles(): AsyncGenerator<string> {
  for (const folder of ["packages", "tools", "bench"]) {
    for await (const file of filesOf(folder)) {
      if (/\.(ts|as)$/.test(file) && !file.endsWith(".d.ts") && !WRITTEN.test(file)) yield file;
    }
  }
}
