import { fuzzTargets } from "./_targets.ts";
import { Draws } from "./_mutate.ts";

/** Inputs of each path in the gate; `bench/tokens/fuzz.ts` runs as many as one wants. */
const inputs = 400;

/** Inputs that once failed, by their numbers. */
const found: Readonly<Record<string, readonly number[]>> = { Parquet: [1_000_502_010, 3_000_000_782, 3_000_023_470] };

Deno.test("damaged lines, lists, zstd, tables, indexes and shards give a clear error or right values", async (test) => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, run } of await fuzzTargets(folder)) {
      await test.step(name, async () => {
        for (let input = 0; input < inputs; input++) await run(new Draws(input));
        for (const input of found[name] ?? []) await run(new Draws(input));
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
