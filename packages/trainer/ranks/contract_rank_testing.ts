/**
 * One rank of the contract of collectives between GPUs; prints how many tests it has passed. Started by
 * `run_contract_testing.ts`, `torchrun --no-python` or `mpiexec`.
 */
import { createCudaDevice, cudaCollectives, gpuCount } from "@beyond24/cuda";
import { runCollectivesContract } from "@beyond24/device/contract";
import { launchedRanks, openMpiWorld } from "@beyond24/mpi";
import { joinSocketGroup } from "./socket_group.ts";
import { torchRanks } from "./torch_ranks.ts";

async function contract(): Promise<string> {
  const torch = torchRanks((name) => Deno.env.get(name));
  const launched = torch ?? launchedRanks((name) => Deno.env.get(name));
  if (launched === undefined) throw new Error("Start several ranks");
  const family = "family" in launched ? launched.family : undefined;
  const group = torch === undefined
    ? openMpiWorld(family === undefined ? {} : { family })
    : await joinSocketGroup(torch);
  const device = await createCudaDevice({ ordinal: launched.localRank % gpuCount() });
  const collectives = await cudaCollectives(device, group);
  const tests: (() => Promise<void>)[] = [];
  runCollectivesContract({ name: "nccl", device, collectives, test: (_, run) => tests.push(run) });
  for (const run of tests) await run();
  await collectives.barrier();
  device.dispose();
  if ("finalize" in group) await group.finalize();
  else group.leave();
  return `rank ${group.rank} of ${group.size}: ${tests.length} passed, ${collectives.description}\n`;
}

try {
  const line = await contract();
  // The output of other ranks than 0 is not seen.
  const folder = Deno.env.get("RESULTS");
  if (folder !== undefined) await Deno.writeTextFile(`${folder}/${line.slice(0, "rank 0".length)}.txt`, line);
  await Deno.stdout.write(new TextEncoder().encode(line));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  await Deno.stderr.write(new TextEncoder().encode(`error: ${reason}\n`));
  Deno.exit(1);
}
