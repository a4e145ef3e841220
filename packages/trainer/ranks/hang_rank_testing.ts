/**
 * One rank of a group in which the others stay away from a collective: how long rank 0 waits on the GPU until it says
 * so, and until everything is freed. Started by `run_contract_testing.ts`.
 */
import { createCudaDevice, cudaCollectives, gpuCount } from "@beyond24/cuda";
import { DeviceLostError } from "@beyond24/device";
import { joinSocketGroup } from "./socket_group.ts";
import { torchRanks } from "./torch_ranks.ts";

/** Milliseconds that rank 0 is to wait. */
const timeout = 1500;
const place = torchRanks((name) => Deno.env.get(name));
if (place === undefined) throw new Error("Cannot wait for another rank as there is none");
const group = await joinSocketGroup(place);
const device = await createCudaDevice({ ordinal: place.localRank % gpuCount() });
const collectives = await cudaCollectives(device, group, { timeout });
const tensor = device.tensor([2 ** 20], "f32");
await collectives.allReduce([tensor]);
await device.synchronize();
await group.barrier();
const began = performance.now();
const since = () => Math.round(performance.now() - began);
if (group.rank === 0) {
  const error = await collectives.allReduce([tensor]).then(() => device.synchronize()).catch((error: unknown) => error);
  if (!(error instanceof DeviceLostError)) throw new Error(`Rank 0 should have been told: it was ${error}`);
  const told = since();
  device.dispose();
  const line = JSON.stringify({ waited: told, freed: since(), message: error.message });
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
await group.barrier(); // the others wait here, on the host
group.leave();
Deno.exit();
