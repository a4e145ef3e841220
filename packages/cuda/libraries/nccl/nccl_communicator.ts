import { DeviceLostError } from "@beyond24/device";
import { cString } from "../../driver/host_memory.ts";
import type { Communicator, DeviceBytes } from "./communicator.ts";
import type { NcclLibrary } from "./symbols.ts";

const SUCCESS = 0;
const IN_PROGRESS = 7;
const INT8 = 0;
const FLOAT32 = 7;
const SUM = 0;

/** Which of how many ranks this process is. */
interface Place {
  readonly rank: number;
  readonly size: number;
}

/**
 * Joins the other ranks; blocks until all of them have come.
 *
 * @param library NCCL
 * @param id The unique id that rank 0 made, the same on all ranks
 * @param place This rank
 * @returns The communicator on the GPU whose context is current
 * @throws {DeviceLostError} If NCCL refuses
 */
export function joinCommunicator(
  library: NcclLibrary,
  id: Uint8Array<ArrayBuffer>,
  { rank, size }: Place,
): Communicator {
  const handle = new BigUint64Array(1);
  const { ncclCommInitRank, ncclCommInitRankScalable } = library;
  const status = ncclCommInitRankScalable === null
    ? ncclCommInitRank(handle, size, id, rank)
    : ncclCommInitRankScalable(handle, size, rank, 1, id, null);
  check(library, 0n, status, `join rank ${rank} of ${size}`);
  return new NcclCommunicator(library, handle[0] ?? 0n);
}

/** The id by which ranks find each other. */
export function uniqueId(library: NcclLibrary, id: Uint8Array<ArrayBuffer>): void {
  check(library, 0n, library.ncclGetUniqueId(id), "make a unique id");
}

class NcclCommunicator implements Communicator {
  readonly description: string;
  readonly #library: NcclLibrary;
  readonly #handle: bigint;
  readonly #status = new Int32Array(1);
  #isLive = true;

  constructor(library: NcclLibrary, handle: bigint) {
    this.#library = library;
    this.#handle = handle;
    library.ncclGetVersion(this.#status);
    this.description = `NCCL ${formatVersion(this.#status[0] ?? 0)}`;
  }

  together(enqueue: () => void): void {
    this.#check(this.#library.ncclGroupStart(), "start a group");
    try {
      enqueue();
    } finally {
      this.#check(this.#library.ncclGroupEnd(), "start the calls of a group");
    }
  }

  allReduce({ address, bytes }: DeviceBytes, stream: bigint): void {
    const status = this.#library.ncclAllReduce(address, address, BigInt(bytes / 4), FLOAT32, SUM, this.#handle, stream);
    this.#check(status, "allReduce");
  }

  reduceScatter(source: bigint, { address, bytes }: DeviceBytes, stream: bigint): void {
    const status = this.#library.ncclReduceScatter(
      source,
      address,
      BigInt(bytes / 4),
      FLOAT32,
      SUM,
      this.#handle,
      stream,
    );
    this.#check(status, "reduceScatter");
  }

  allGather({ address, bytes }: DeviceBytes, target: bigint, stream: bigint): void {
    this.#check(this.#library.ncclAllGather(address, target, BigInt(bytes), INT8, this.#handle, stream), "allGather");
  }

  broadcast({ address, bytes }: DeviceBytes, root: number, stream: bigint): void {
    const status = this.#library.ncclBroadcast(address, address, BigInt(bytes), INT8, root, this.#handle, stream);
    this.#check(status, "broadcast");
  }

  asyncError(): string | undefined {
    if (!this.#isLive) return undefined;
    const status = this.#library.ncclCommGetAsyncError(this.#handle, this.#status);
    const error = status === SUCCESS ? this.#status[0] ?? SUCCESS : status;
    return error === SUCCESS || error === IN_PROGRESS ? undefined : describe(this.#library, this.#handle, error);
  }

  abort(): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#library.ncclCommAbort(this.#handle); // what it says is of no use any more
  }

  #check(status: number, doing: string): void {
    check(this.#library, this.#handle, status, doing);
  }
}

function check(library: NcclLibrary, handle: bigint, status: number, doing: string): void {
  if (status === SUCCESS || status === IN_PROGRESS) return;
  throw new DeviceLostError(`Cannot ${doing} as NCCL refused: ${describe(library, handle, status)}`);
}

/** "unhandled cuda error (run with NCCL_DEBUG=INFO for details): Cuda failure 2". */
function describe(library: NcclLibrary, handle: bigint, status: number): string {
  const texts = [library.ncclGetErrorString(status), library.ncclGetLastError(handle)].map((text) =>
    cString(Deno.UnsafePointer.value(text)).split("\n")[0]?.trim() ?? ""
  );
  return `NCCL error ${status} (${texts.filter((text) => text !== "").join(": ")})`;
}

/** "2.27.3" for 22703; up to 2.8 it was 2804. */
function formatVersion(version: number): string {
  const major = version < 10_000 ? 1000 : 10_000;
  return `${Math.floor(version / major)}.${Math.floor((version % major) / 100)}.${version % 100}`;
}
