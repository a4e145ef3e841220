import type { MpiFamily } from "./abi.ts";

/** What a launcher of MPI processes told this process through its environment. */
export interface LaunchedRanks {
  /** Which family of libraries the launcher belongs to; undefined where every one can be meant. */
  readonly family?: MpiFamily;
  /** Number of this process. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Number of this process among those of its machine. */
  readonly localRank: number;
}

/** The variables of one launcher. */
interface Launcher {
  readonly family?: MpiFamily;
  readonly rank: string;
  readonly size: string;
  readonly localRank: string;
}

const LAUNCHERS: readonly Launcher[] = [
  {
    family: "Open MPI",
    rank: "OMPI_COMM_WORLD_RANK",
    size: "OMPI_COMM_WORLD_SIZE",
    localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
  },
  { family: "MPICH", rank: "PMI_RANK", size: "PMI_SIZE", localRank: "MPI_LOCALRANKID" },
  { rank: "SLURM_PROCID", size: "SLURM_NTASKS", localRank: "SLURM_LOCALID" },
];

/** Names of the environment variables that {@linkcode launchedRanks} asks for. */
export const LAUNCH_VARIABLES: readonly string[] = LAUNCHERS.flatMap(({ rank, size, localRank }) => [
  rank,
  size,
  localRank,
]);

/**
 * Whether this process is one of several that `mpirun`, `mpiexec` or `srun` started.
 *
 * @param read Reads an environment variable
 * @returns Rank and size; undefined where no launcher is at work or it started one process alone
 *
 * @example MPICH's launcher
 * ```ts
 * import { launchedRanks } from "@beyond24/mpi";
 * import { assertEquals } from "@std/assert";
 *
 * const environment = new Map([["PMI_RANK", "1"], ["PMI_SIZE", "2"], ["MPI_LOCALRANKID", "1"]]);
 * assertEquals(launchedRanks((name) => environment.get(name)), { family: "MPICH", rank: 1, size: 2, localRank: 1 });
 * ```
 */
export function launchedRanks(read: (name: string) => string | undefined): LaunchedRanks | undefined {
  for (const { family, ...names } of LAUNCHERS) {
    const [rank, size] = [Number(read(names.rank) ?? NaN), Number(read(names.size) ?? NaN)];
    if (!(size > 1) || !(rank >= 0)) continue;
    return {
      ...(family === undefined ? {} : { family }),
      rank,
      size,
      localRank: Number(read(names.localRank) ?? rank),
    };
  }
  return undefined;
}
