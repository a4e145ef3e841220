/**
 * Wraps the comments of all sources at 120 columns, which `deno fmt` does not.
 *
 * Run: `deno task fmt:comments`
 *
 * @module
 */
import { sourceFiles } from "./source_files.ts";
import { wrapComments } from "./wrap_comments.ts";

for await (const file of sourceFiles()) {
  const text = await Deno.readTextFile(file);
  const wrapped = wrapComments(text);
  if (wrapped !== text) await Deno.writeTextFile(file, wrapped);
}
