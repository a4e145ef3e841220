/** A family of MPI libraries that know things by the same numbers. */
export type MpiFamily = "MPICH" | "Open MPI" | "MPI 5";

/**
 * The numbers by which one family of MPI libraries knows things. Handles are passed as 64 bits: a library whose handles
 * are `int` looks at the lower half.
 */
export interface MpiAbi {
  /** Name of the family. */
  readonly name: MpiFamily;
  /** `MPI_COMM_WORLD`. */
  readonly commWorld: bigint;
  /** `MPI_FLOAT`. */
  readonly float: bigint;
  /** `MPI_DOUBLE`. */
  readonly double: bigint;
  /** `MPI_BYTE`. */
  readonly byte: bigint;
  /** `MPI_SUM`. */
  readonly sum: bigint;
  /** `MPI_IN_PLACE`, an address. */
  readonly inPlace: bigint;
}

/** MPICH, Intel MPI, MVAPICH, Cray: https://www.mpich.org/abi/. */
export const mpichAbi: MpiAbi = {
  name: "MPICH",
  commWorld: 0x44000000n,
  float: 0x4c00040an,
  double: 0x4c00080bn,
  byte: 0x4c00010dn,
  sum: 0x58000003n,
  inPlace: 0xffff_ffff_ffff_ffffn,
};

/** The standard ABI of MPI 5.0, section 20 (`libmpi_abi`). */
export const standardAbi: MpiAbi = {
  name: "MPI 5",
  commWorld: 0x101n,
  float: 0x210n,
  double: 0x214n,
  byte: 0x247n,
  sum: 0x21n,
  inPlace: 1n,
};

/** Open MPI's handles are addresses of what the library exports. */
const OPEN_MPI_STATICS = {
  ompi_mpi_comm_world: { type: "pointer" },
  ompi_mpi_float: { type: "pointer" },
  ompi_mpi_double: { type: "pointer" },
  ompi_mpi_byte: { type: "pointer" },
  ompi_mpi_op_sum: { type: "pointer" },
} as const;

/**
 * Reads Open MPI's handles from the library.
 *
 * @param path The library
 * @returns Its numbers
 * @throws {TypeError} If the library exports no such handles
 */
export function openMpiAbi(path: string): MpiAbi {
  // Never closed: Open MPI ends the process with a signal when it is unloaded.
  const { symbols } = Deno.dlopen(path, OPEN_MPI_STATICS);
  return {
    name: "Open MPI",
    commWorld: Deno.UnsafePointer.value(symbols.ompi_mpi_comm_world),
    float: Deno.UnsafePointer.value(symbols.ompi_mpi_float),
    double: Deno.UnsafePointer.value(symbols.ompi_mpi_double),
    byte: Deno.UnsafePointer.value(symbols.ompi_mpi_byte),
    sum: Deno.UnsafePointer.value(symbols.ompi_mpi_op_sum),
    inPlace: 1n,
  };
}
