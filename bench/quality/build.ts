/**
 * Draws `docs/quality.md` and its pictures from the rows in `bench/quality/results`. With `--check` nothing is written:
 * it fails when a file differs.
 *
 * Run: `deno task build:quality [--check]`
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { buildQuality } from "./build_quality.ts";
import { messageOf } from "./message_of.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));
const isChecking = Deno.args.includes("--check");
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

try {
  const stale = await buildQuality(root, isChecking, say);
  if (isChecking && stale > 0) Deno.exit(1);
} catch (error) {
  Deno.stderr.writeSync(new TextEncoder().encode(`error: ${messageOf(error)}\n`));
  Deno.exit(1);
}
