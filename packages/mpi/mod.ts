/**
 * Collectives between processes through an MPI library that is installed: MPICH and its relatives, Open MPI, or any
 * with the standard ABI of MPI 5.
 *
 * @module
 */
export type { MpiFamily } from "./abi.ts";
export { LAUNCH_VARIABLES, type LaunchedRanks, launchedRanks } from "./launched_ranks.ts";
export { mpiCollectives } from "./mpi_collectives.ts";
export { MpiError } from "./mpi_error.ts";
export { type MpiWorld, type MpiWorldOptions, openMpiWorld } from "./mpi_world.ts";
