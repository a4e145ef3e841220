// deno-lint-ignore-file no-console
/**
 * Damages what the paths of documents and prepared tokens read (lines and lists of JSON, zstd, Parquet, the index,
 * shards), and wants a clear error or the right values: no crash, and nothing that takes long. The gate does the same
 * for a few hundred inputs each.
 *
 * Run: `deno run -A bench/tokens/fuzz.ts [INPUTS=1000000] [SEED=1] [NAME...]`; inputs are those of all paths together,
 * or of those named: lines, list, zstd, Parquet, index, shards.
 *
 * @module
 */
import { Draws } from "../../packages/data/fuzz/_mutate.ts";
import { fuzzTargets } from "../../packages/data/fuzz/_targets.ts";

/** Milliseconds that one input may take; a machine that is shared may be slow at any time. */
const patience = 10_000;

const inputs = Number(Deno.args[0] ?? 1_000_000);
const seed = Number(Deno.args[1] ?? 1);
const folder = await Deno.makeTempDir();
const names = Deno.args.slice(2);
const all = await fuzzTargets(folder);
const targets = names.length === 0 ? all : all.filter(({ name }) => names.some((wanted) => name.includes(wanted)));
const counter = new Int32Array(new SharedArrayBuffer(4));
const watchdog = new Worker(new URL("./_watchdog.ts", import.meta.url), { type: "module" });
watchdog.postMessage({ counter, patience });
for (const [index, { name, run }] of targets.entries()) {
  const each = Math.ceil(inputs / targets.length);
  const started = performance.now();
  let longest = 0;
  for (let input = 0; input < each; input++) {
    const before = performance.now();
    // Seeds of the gate begin at 0.
    const drawn = 1e9 * seed + index * each + input;
    Atomics.store(counter, 0, Atomics.load(counter, 0) + 1);
    try {
      await run(new Draws(drawn));
    } catch (error) {
      console.log(`${name}: input ${drawn} fails`);
      throw error;
    }
    longest = Math.max(longest, performance.now() - before);
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${name}: ${each} inputs in ${seconds.toFixed(0)} s, the longest ${longest.toFixed(0)} ms`);
}
watchdog.terminate();
await Deno.remove(folder, { recursive: true });
