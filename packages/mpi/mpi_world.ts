import type { MpiFamily } from "./abi.ts";
import { findMpiLibrary, LIBRARY_NAMES, type MpiLibrary } from "./mpi_library.ts";
import { MpiError } from "./mpi_error.ts";

/**
 * All processes of a run, and what they can do with memory of the host. One call at a time: the next one after the
 * promise of the last.
 */
export interface MpiWorld {
  /** Library and its version, for a run's header. */
  readonly description: string;
  /** Number of this process. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Sums over all ranks, in place. */
  allReduce(values: Float64Array<ArrayBuffer>): Promise<void>;
  /**
   * Sums over all ranks in their order; part `rank` of `size` equal parts comes first in `values` afterwards, and the
   * others are undefined.
   */
  reduceScatter(values: Float32Array<ArrayBuffer>): Promise<void>;
  /** Fills the other `size` equal parts with those of their ranks, in place. */
  allGather(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Gives all ranks what `root` has. */
  broadcast(bytes: Uint8Array<ArrayBuffer>, root: number): Promise<void>;
  /** Waits for all ranks, as long as it takes: one of them may be writing a checkpoint. */
  barrier(): Promise<void>;
  /** Leaves, together with all others. Nothing may be called afterwards. */
  finalize(): Promise<void>;
  /** Ends all processes at once. */
  abort(exitCode: number): void;
}

/** Options of {@linkcode openMpiWorld}. */
export interface MpiWorldOptions {
  /** Path of the library. Default: the first that the system's loader finds. */
  readonly path?: string;
  /** Family of libraries to be looked for: that of the launcher. Default: any. */
  readonly family?: MpiFamily;
  /** Milliseconds that a rank waits for the others before it gives up, but in `barrier`. Default 50,000. */
  readonly timeout?: number;
}

/** Calls come from other threads than the one that initialised, one at a time; more is asked for where it is there. */
const THREAD_SERIALIZED = 2;
const THREAD_MULTIPLE = 3;
/** Elements of one call: counts are 32-bit integers, and smaller pieces cost nothing. */
const PIECE = 2 ** 28;

/**
 * Joins the processes that a launcher of MPI started. Once a process; without a launcher it is a world of one.
 *
 * @param options Which library, and how long to wait
 * @returns The world
 * @throws {MpiError} If there is no MPI library, or it cannot be called from the threads of Deno
 *
 * @example A world of one, where a library is installed
 * ```ts ignore
 * import { openMpiWorld } from "@beyond24/mpi";
 *
 * const world = openMpiWorld();
 * console.log(world.rank, world.size); // 0 1
 * await world.finalize();
 * ```
 */
export function openMpiWorld({ path, family, timeout = 50_000 }: MpiWorldOptions = {}): MpiWorld {
  const library = findLibrary(path, family);
  const { symbols, abi: { commWorld, float, double, byte, sum, inPlace } } = library;
  const provided = new Int32Array(1);
  check("MPI_Init_thread", symbols.MPI_Init_thread(null, null, THREAD_MULTIPLE, provided));
  if ((provided[0] ?? 0) < THREAD_SERIALIZED) {
    throw new MpiError(
      `Cannot use ${library.version} as it must be callable from several threads: it provides level ${provided[0]} ` +
        "of MPI_Init_thread; install a build with threads",
    );
  }
  const [rank, size] = [new Int32Array(1), new Int32Array(1)];
  check("MPI_Comm_rank", symbols.MPI_Comm_rank(commWorld, rank));
  check("MPI_Comm_size", symbols.MPI_Comm_size(commWorld, size));
  const world = { rank: rank[0] ?? 0, size: size[0] ?? 1 };
  const wait = (name: string, call: Promise<number>) => inTime(call, name, world.rank, timeout);
  return {
    ...world,
    description: library.version,
    async allReduce(values) {
      for (const piece of pieces(values)) {
        await wait("allReduce", symbols.MPI_Allreduce(inPlace, piece, piece.length, double, sum, commWorld));
      }
    },
    async reduceScatter(values) {
      const count = part(values.length, world.size);
      await wait("reduceScatter", symbols.MPI_Alltoall(inPlace, 0, float, values, count, float, commWorld));
      for (let of = 1; of < world.size; of++) addTo(values, values.subarray(of * count, (of + 1) * count));
    },
    async allGather(bytes) {
      const count = part(bytes.length, world.size);
      await wait("allGather", symbols.MPI_Allgather(inPlace, 0, byte, bytes, count, byte, commWorld));
    },
    async broadcast(bytes, root) {
      for (const piece of pieces(bytes)) {
        await wait("broadcast", symbols.MPI_Bcast(piece, piece.length, byte, root, commWorld));
      }
    },
    barrier: async () => check("barrier", await symbols.MPI_Barrier(commWorld)),
    finalize: () => wait("finalize", symbols.MPI_Finalize()),
    abort: (exitCode) => void symbols.MPI_Abort(commWorld, exitCode),
  };
}

function findLibrary(path: string | undefined, family: MpiFamily | undefined): MpiLibrary {
  const usual = family === undefined ? Object.values(LIBRARY_NAMES).flat() : LIBRARY_NAMES[family];
  const names = path === undefined ? usual : [path];
  const library = findMpiLibrary(names);
  if (library !== undefined) return library;
  throw new MpiError(
    `Cannot work with other processes as no library of ${family ?? "MPI"} is there: tried ${names.join(", ")}; ` +
      "install one (Debian: libmpich12 or libopenmpi3)",
  );
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) sum[i] = (sum[i] ?? NaN) + (values[i] ?? NaN);
}

/** The length of a rank's part. */
function part(length: number, size: number): number {
  if (length % size === 0 && length / size < 2 ** 31) return length / size;
  throw new RangeError(
    `Cannot cut ${length} elements as they must make ${size} equal parts, each below 2^31: a part is ${length / size}`,
  );
}

function* pieces<Values extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  values: Values,
): Generator<Values> {
  for (let start = 0; start < values.length; start += PIECE) yield values.subarray(start, start + PIECE) as Values;
}

/** A call that does not come back is that of a rank whose partner hangs or is gone. */
async function inTime(call: Promise<number>, name: string, rank: number, timeout: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const waited = `rank ${rank} waits in ${name} for ${timeout / 1000} seconds`;
    late.reject(new MpiError(`Cannot go on as another rank does not answer: ${waited}`));
  }, timeout);
  try {
    check(name, await Promise.race([call, late.promise]));
  } finally {
    clearTimeout(timer);
  }
}

function check(name: string, code: number): void {
  if (code !== 0) throw new MpiError(`Cannot go on as ${name} of the MPI library failed: error ${code}`);
}
