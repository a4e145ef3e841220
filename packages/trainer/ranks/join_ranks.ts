import { type Collectives, type Device, type ProcessGroup, soloCollectives } from "@beyond24/device";
import { LAUNCH_VARIABLES, launchedRanks, mpiCollectives, openMpiWorld } from "@beyond24/mpi";
import { UsageError } from "@beyond24/run";
import { RanksError } from "./ranks_error.ts";
import { serveRanks } from "./serve_ranks.ts";
import { joinSocketGroup } from "./socket_group.ts";
import { TORCH_VARIABLES, type TorchRanks, torchRanks } from "./torch_ranks.ts";

/** Which of how many processes this one is. */
export interface RankPlace {
  /** Number of this process. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Number of this process among those of its machine. */
  readonly localRank: number;
  /** Number of processes on this machine. */
  readonly localSize: number;
}

/** The processes that train one model together. */
export interface Ranks extends RankPlace {
  /** How a device of this process works with those of the others: GPUs of NVIDIA through NCCL, others through MPI. */
  collectives(device: Device): Promise<Collectives>;
  /** A text of rank 0, on every rank. */
  share(text: string): Promise<string>;
  /** Leaves together with all others. */
  end(): Promise<void>;
}

const alone: Ranks = {
  rank: 0,
  size: 1,
  localRank: 0,
  localSize: 1,
  collectives: () => Promise.resolve(soloCollectives),
  share: (text) => Promise.resolve(text),
  end: () => Promise.resolve(),
};

/** Bytes of a text that ranks share: a path, and room. */
const longestText = 8192;

/**
 * Joins the other processes when a launcher started several: `train --gpus` or `torchrun --no-python`, which meet
 * through sockets; `mpirun`, `mpiexec` or `srun`, which meet through MPI. One process otherwise, for which no library
 * is opened.
 *
 * @throws {MpiError} If the library of the launcher is not there
 * @throws {RanksError} If the others are not there
 * @throws {UsageError} If `mpirun` started several and native libraries are not allowed
 */
export async function joinRanks(): Promise<Ranks> {
  const torch = torchRanks(readGranted);
  if (torch !== undefined) return await joinThroughSockets(torch);
  const launched = launchedRanks(readGranted);
  if (launched === undefined) return alone;
  const { family, size } = launched;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new UsageError(
      `Cannot train in ${size} processes as ${family ?? "MPI"} is a native library, which needs --allow-ffi: ` +
        "use mpirun with deno task train:native",
    );
  }
  const world = openMpiWorld(family === undefined ? {} : { family });
  if (world.size !== size) {
    // Each would train the whole model by itself.
    throw new UsageError(
      `Cannot train in ${size} processes as ${world.description} knows of ${world.size}: start them with the mpirun ` +
        "of that library, or by srun --mpi=pmix or pmi2",
    );
  }
  return ranksOf(world, launched, {
    hostCollectives: (device) => mpiCollectives(device, world),
    end: world.finalize,
  });
}

/** What a launcher said of this process; undefined where it is alone. */
export function ranksHere(): RankPlace | undefined {
  return torchRanks(readGranted) ?? launchedRanks(readGranted);
}

async function joinThroughSockets(torch: TorchRanks): Promise<Ranks> {
  if (torch.rank === 0 && !torch.isServed) serveFromHere(torch);
  const group = await joinSocketGroup(torch);
  return ranksOf(group, torch, {
    hostCollectives: ({ name }) => {
      throw new UsageError(
        `Cannot train in ${torch.size} processes on device ${name} as torchrun and --gpus are for NVIDIA GPUs: use mpirun`,
      );
    },
    end: () => Promise.resolve(group.leave()),
  });
}

/** Nobody else serves the ranks that `torchrun` starts. */
function serveFromHere({ hostname, port, size }: TorchRanks): void {
  try {
    // Whoever is left alone when it fails says so.
    serveRanks(Deno.listen({ hostname, port }), size).catch(() => {});
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new RanksError(`Cannot begin as the ranks cannot meet at ${hostname}:${port}: the port is taken`);
  }
}

/** What differs between ways to meet. */
interface Meeting {
  /** Collectives of a device that is no GPU of NVIDIA. */
  readonly hostCollectives: (device: Device) => Collectives;
  readonly end: () => Promise<void>;
}

function ranksOf(group: ProcessGroup, { localRank, localSize }: RankPlace, meeting: Meeting): Ranks {
  const { rank, size } = group;
  return {
    rank,
    size,
    localRank,
    localSize,
    collectives: async (device) => {
      if (device.name !== "cuda") return meeting.hostCollectives(device);
      const { cudaCollectives } = await import("@beyond24/cuda");
      return await cudaCollectives(device, group);
    },
    share: async (text) => {
      const bytes = new Uint8Array(longestText);
      new TextEncoder().encodeInto(text, bytes);
      await group.broadcast(bytes, 0);
      return new TextDecoder().decode(bytes).replaceAll("\0", "");
    },
    end: meeting.end,
  };
}

const variables: readonly string[] = [...LAUNCH_VARIABLES, ...TORCH_VARIABLES];

/** Asks nobody: a task without these permissions trains in one process. */
function readGranted(variable: string): string | undefined {
  const granted = Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  return granted && variables.includes(variable) ? Deno.env.get(variable) : undefined;
}
