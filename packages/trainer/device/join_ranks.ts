import { type Collectives, type Device, soloCollectives } from "@beyond24/device";
import { LAUNCH_VARIABLES, type LaunchedRanks, launchedRanks, mpiCollectives, openMpiWorld } from "@beyond24/mpi";

/** The processes that train one model together. */
export interface Ranks {
  /** Number of this process. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Number of processes on this machine. */
  readonly localSize: number;
  /** What they work together with, for the header of a run; empty for one process. */
  readonly description: string;
  /** How a device of this process works with those of the others. */
  collectives(device: Device): Collectives;
  /** A text of rank 0, on every rank. */
  share(text: string): Promise<string>;
  /** Leaves together with all others. */
  end(): Promise<void>;
}

const alone: Ranks = {
  rank: 0,
  size: 1,
  localSize: 1,
  description: "",
  collectives: () => soloCollectives,
  share: (text) => Promise.resolve(text),
  end: () => Promise.resolve(),
};

/** Bytes of a text that ranks share: a path, and room. */
const longestText = 8192;

/**
 * Joins the other processes when `mpirun`, `mpiexec` or `srun` started several; one process otherwise, for which no
 * library is opened.
 *
 * @throws {MpiError} If the library of the launcher is not there
 */
export function joinRanks(): Ranks {
  const launched = ranksHere();
  if (launched === undefined) return alone;
  const { family, localSize } = launched;
  const world = openMpiWorld(family === undefined ? {} : { family });
  if (world.size === 1) return alone; // srun without MPI starts processes that know nothing of each other
  const { rank, size, description } = world;
  return {
    rank,
    size,
    localSize,
    description: `${size} processes, ${description}`,
    collectives: (device) => mpiCollectives(device, world),
    share: async (text) => {
      const bytes = new Uint8Array(longestText);
      new TextEncoder().encodeInto(text, bytes);
      await world.broadcast(bytes, 0);
      return new TextDecoder().decode(bytes).replaceAll("\0", "");
    },
    end: world.finalize,
  };
}

/** What a launcher said of this process; undefined where it is alone. */
export function ranksHere(): LaunchedRanks | undefined {
  return launchedRanks(readGranted);
}

/** Asks nobody: a task without these permissions trains in one process. */
function readGranted(variable: string): string | undefined {
  const granted = Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  return granted && LAUNCH_VARIABLES.includes(variable) ? Deno.env.get(variable) : undefined;
}
