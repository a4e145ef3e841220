/**
 * One rank of the contract of collectives on the reference device; prints how many tests it has passed. Started by
 * `mpiexec`.
 */
import { createReferenceDevice } from "@beyond24/cpu";
import type { Collectives } from "@beyond24/device";
import { runCollectivesContract } from "@beyond24/device/contract";
import { launchedRanks, mpiCollectives, openMpiWorld } from "../mod.ts";

/** Time spent with others is told once: that of a rank that comes in time, when another one does not. */
async function waitForLateRank({ rank, sum, barrier, takeWaited }: Collectives): Promise<void> {
  await barrier();
  takeWaited?.();
  if (rank === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  await sum([1]);
  const waited = takeWaited?.() ?? NaN;
  if (!(rank === 0 ? waited < 200 : waited > 100)) throw new Error(`Rank ${rank} waited for ${waited} ms`);
  if (takeWaited?.() !== 0) throw new Error("The same time is told twice");
}

const launched = launchedRanks((name) => Deno.env.get(name));
const world = openMpiWorld(launched?.family === undefined ? {} : { family: launched.family });
if (launched !== undefined && (launched.rank !== world.rank || launched.size !== world.size)) {
  throw new Error(`The launcher said ${launched.rank} of ${launched.size}, MPI says ${world.rank} of ${world.size}`);
}
const tests: (() => Promise<void>)[] = [];
const device = createReferenceDevice();
const collectives = mpiCollectives(device, world);
runCollectivesContract({ name: "mpi", device, collectives, test: (_, run) => tests.push(run) });
tests.push(() => waitForLateRank(collectives));
for (const run of tests) await run();
await world.finalize();
await Deno.stdout.write(new TextEncoder().encode(`rank ${world.rank} of ${world.size}: ${tests.length} passed\n`));
