/**
 * Draws `docs/quality.md` and its pictures from the rows in `bench/quality/results`. With `--check` nothing is written:
 * it fails when a file differs.
 *
 * Run: `deno task build:quality [--check]`
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { messageOf } from "./message_of.ts";
import { drawQualityPage } from "./quality_page.ts";
import { readRows } from "./result_row.ts";

const root = new URL("../../", import.meta.url);
const isChecking = Deno.args.includes("--check");
const read = (path: string) => Deno.readTextFile(new URL(path, root)).catch(() => "");

const rows = await readRows(fromFileUrl(new URL("results", import.meta.url))).catch((error): never => {
  Deno.stderr.writeSync(new TextEncoder().encode(`error: ${messageOf(error)}\n`));
  Deno.exit(1);
});
const { text, figures } = drawQualityPage(await read("docs/quality.md"), rows);
const files = new Map([
  ["docs/quality.md", text],
  ...figures.map(({ file, svg }) => [`docs/images/${file}`, svg] as const),
]);
const old: string[] = [];
for await (const { name } of Deno.readDir(new URL("docs/images/", root))) {
  if (/^quality-.*\.svg$/.test(name) && !files.has(`docs/images/${name}`)) old.push(`docs/images/${name}`);
}

let stale = 0;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
for (const path of old) {
  stale++;
  say(`${isChecking ? "stale" : "removed"} ${path}`);
  if (!isChecking) await Deno.remove(new URL(path, root));
}
for (const [path, text] of files) {
  if (text === await read(path)) continue;
  stale++;
  say(`${isChecking ? "stale" : "built"} ${path}`);
  if (!isChecking) await Deno.writeTextFile(new URL(path, root), text);
}
if (isChecking && stale > 0) Deno.exit(1);
