/**
 * Writes the golden texts: `texts/<kernel>.wgsl.txt`, to be read in a review, and `digests.json` of the texts of every kernel in
 * every form. What a change of a kernel or of the builder does to them shows in the diff; `golden_test.ts` compares.
 *
 * @module
 */
import { goldenFiles } from "./_files.ts";

for (const [name, text] of await goldenFiles()) {
  const path = new URL(name, import.meta.url);
  Deno.mkdirSync(new URL("./", path), { recursive: true });
  Deno.writeTextFileSync(path, text);
}
