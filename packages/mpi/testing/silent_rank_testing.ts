/** Rank 0 sums, rank 1 never answers; rank 0 has to give up, say so, and end both. */
import { launchedRanks, openMpiWorld } from "../mod.ts";

const family = launchedRanks((name) => Deno.env.get(name))?.family;
const world = openMpiWorld({ timeout: 1000, ...(family === undefined ? {} : { family }) });
if (world.rank === 1) await new Promise((resolve) => setTimeout(resolve, 30_000));
try {
  await world.allReduce(new Float64Array(4));
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${error instanceof Error ? error.message : error}\n`));
  await new Promise((resolve) => setTimeout(resolve, 300)); // MPICH's launcher loses what it has not read by then
  world.abort(3);
}
