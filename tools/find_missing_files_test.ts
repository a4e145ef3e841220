import { assertEquals } from "@std/assert";
import { findMissingFiles } from "./find_missing_files.ts";

const there = new Set(["docs/log.md", "packages/session/training_session.ts", "packages/cpu/mod.ts"]);
const names = new Set(["log.md", "training_session.ts", "mod.ts"]);
const find = (text: string, file = "docs/a.md") => findMissingFiles(file, text, (path) => there.has(path), names);

Deno.test("a file that a document names must be there: from the root, in packages, or beside the document", () => {
  assertEquals(find("`docs/log.md` and `session/training_session.ts`, [log](log.md), [log](../docs/log.md#part)"), []);
  assertEquals(find("`./mod.ts`", "packages/cpu/README.md"), []);
  assertEquals(find("x\n`session/step.ts`"), ["docs/a.md:2: names session/step.ts, which is not there"]);
  assertEquals(find("[gone](gone.md)"), ["docs/a.md:1: names gone.md, which is not there"]);
});

Deno.test("a source that a document names without its folder must be somewhere", () => {
  assertEquals(find("`training_session.ts`, `mod.ts` and `compare.json`"), []);
  assertEquals(find("`session/training_session.ts`, `step.ts`"), ["docs/a.md:1: names step.ts, which is not there"]);
});

Deno.test("nothing outside of the repository is looked at", () => {
  const seen: string[] = [];
  const look = (path: string) => seen.push(path) > 0 && path === "docs/log.md";
  assertEquals(findMissingFiles("packages/cpu/README.md", "[log](../../docs/log.md)", look, names), []);
  assertEquals(seen, ["docs/log.md"]);
});

Deno.test("what a run writes, and what is no path, is left alone", () => {
  assertEquals(find("`runs/a/config.json`, `Device.kernels`, `https://a.b/c.md`, `packages/<name>/mod.ts`"), []);
});
