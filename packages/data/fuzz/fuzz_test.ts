import { fuzzTargets } from "./_targets.ts";
import { Draws } from "./_mutate.ts";

/** Inputs of each path in the gate; `bench/tokens/fuzz.ts` runs as many as one wants. */
const inputs = 400;

Deno.test("damaged lines, lists, zstd, tables, indexes and shards give a clear error or right values", async (test) => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, run } of await fuzzTargets(folder)) {
      await test.step(name, async () => {
        for (let input = 0; input < inputs; input++) await run(new Draws(input));
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
