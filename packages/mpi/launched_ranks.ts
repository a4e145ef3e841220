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
  /** Number of them on its machine. */
  readonly localSize: number;
}

/** The variables of one launcher. */
interface Launcher {
  readonly family?: MpiFamily;
  readonly rank: string;
  readonly size: string;
  readonly localRank: string;
  readonly localSize: string;
}

const LAUNCHERS: readonly Launcher[] = [
  {
    family: "Open MPI",
    rank: "OMPI_COMM_WORLD_RANK",
    size: "OMPI_COMM_WORLD_SIZE",
    localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
    localSize: "OMPI_COMM_WORLD_LOCAL_SIZE",
  },
  { family: "MPICH", rank: "PMI_RANK", size: "PMI_SIZE", localRank: "MPI_LOCALRANKID", localSize: "MPI_LOCALNRANKS" },
  // That of a step: a batch script, which starts nothing, has the number of tasks of its job, too.
  {
    rank: "SLURM_PROCID",
    size: "SLURM_STEP_NUM_TASKS",
    localRank: "SLURM_LOCALID",
    localSize: "SLURM_NTASKS_PER_NODE",
  },
];

/** Names of the environment variables that {@linkcode launchedRanks} asks for. */
export const LAUNCH_VARIABLES: readonly string[] = LAUNCHERS.flatMap(({ rank, size, localRank, localSize }) => [
  rank,
  size,
  localRank,
  localSize,
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
 * const environment = new Map([["PMI_RANK", "1"], ["PMI_SIZE", "2"], ["MPI_LOCALRANKID", "1"], ["MPI_LOCALNRANKS", "2"]]);
 * const { rank, size, localSize } = launchedRanks((name) => environment.get(name)) ?? {};
 * assertEquals([rank, size, localSize], [1, 2, 2]);
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
      localSize: Number(read(names.localSize) ?? 1),
    };
  }
  return undefined;
}
