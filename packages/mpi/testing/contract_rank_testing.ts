/**
 * One rank of the contract of collectives on the reference device; prints how many tests it has passed. Started by
 * `mpiexec`.
 */
import { createReferenceDevice } from "@beyond24/cpu";
import { runCollectivesContract } from "@beyond24/device/contract";
import { launchedRanks, mpiCollectives, openMpiWorld } from "../mod.ts";

const launched = launchedRanks((name) => Deno.env.get(name));
const world = openMpiWorld(launched?.family === undefined ? {} : { family: launched.family });
if (launched !== undefined && (launched.rank !== world.rank || launched.size !== world.size)) {
  throw new Error(`The launcher said ${launched.rank} of ${launched.size}, MPI says ${world.rank} of ${world.size}`);
}
const tests: (() => Promise<void>)[] = [];
const device = createReferenceDevice();
const collectives = mpiCollectives(device, world);
runCollectivesContract({ name: "mpi", device, collectives, test: (_, run) => tests.push(run) });
for (const run of tests) await run();
await world.finalize();
await Deno.stdout.write(new TextEncoder().encode(`rank ${world.rank} of ${world.size}: ${tests.length} passed\n`));
