import type { ProcessGroup } from "@beyond24/device";
import { decodeFrames, receiveFrame, sendFrame, writeFully } from "./frames.ts";
import { RanksError } from "./ranks_error.ts";
import { encodeHello, readWelcome } from "./serve_ranks.ts";

/** Where the ranks of a run meet, and which one this is. */
export interface MeetingPlace {
  /** Name or address of the host. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** Number of this process. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Milliseconds to wait for the others before giving up. Default 50,000. */
  readonly timeout?: number;
}

/** The other ranks, reached through sockets. */
export interface SocketGroup extends ProcessGroup {
  /** Leaves, together with all others. Nothing may be called afterwards. */
  leave(): void;
}

/** Milliseconds between two tries to connect: the others may not have begun yet. */
const RETRY = 50;
/**
 * Milliseconds in which whoever started the ranks may end this one before it complains about another: it knows more.
 */
const PATIENCE = 3000;

/**
 * Joins the ranks that meet at `serveRanks`.
 *
 * @param place Where, and which rank this is
 * @returns All ranks
 * @throws {RanksError} If nobody is there, or another rank is gone or does not answer
 */
export async function joinSocketGroup(place: MeetingPlace): Promise<SocketGroup> {
  const { rank, size, timeout = 50_000 } = place;
  const connection = await connect(place, timeout);
  /** What all ranks sent. */
  const exchange = async (bytes: Uint8Array, doing: string, patience = timeout) => {
    await sendFrame(connection, bytes);
    const answer = await inTime(receiveFrame(connection), patience, `rank ${rank} waits in ${doing}`);
    if (answer !== undefined) return decodeFrames(answer);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    throw new RanksError(`Cannot go on as another rank is gone: rank ${rank} was left alone in ${doing}`);
  };
  return {
    rank,
    size,
    async allReduce(values) {
      const all = (await exchange(bytesOf(values), "sum")).map(({ buffer }) => new Float64Array(buffer));
      for (let i = 0; i < values.length; i++) values[i] = all.reduce((sum, theirs) => sum + (theirs[i] ?? NaN), 0);
    },
    async broadcast(bytes, root) {
      const all = await exchange(rank === root ? bytes : new Uint8Array(), "broadcast");
      bytes.set(all[root] ?? bytes);
    },
    async barrier() {
      await exchange(new Uint8Array(), "barrier", Infinity); // another rank may be writing a checkpoint
    },
    leave() {
      try {
        connection.close();
      } catch {
        // The other side closed first.
      }
    },
  };
}

/** Connects, says who this is, and waits for a welcome: a port that something else listens on gives none. */
async function connect({ hostname, port, rank, size }: MeetingPlace, timeout: number): Promise<Deno.TcpConn> {
  const waiting = `rank ${rank} found no other rank at ${hostname}:${port}`;
  const end = performance.now() + timeout;
  for (;;) {
    const connection = await Deno.connect({ hostname, port }).catch((error: unknown) => {
      if (error instanceof Deno.errors.ConnectionRefused) return undefined; // nobody there yet
      throw error;
    });
    if (connection !== undefined) {
      connection.setNoDelay();
      await writeFully(connection, encodeHello(rank, size));
      if (await inTime(readWelcome(connection), end - performance.now(), waiting)) return connection;
      connection.close();
    }
    if (performance.now() > end) {
      throw new RanksError(`Cannot begin as the other ranks do not answer: ${waiting} for ${timeout / 1000} seconds`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}

async function inTime<Result>(result: Promise<Result>, timeout: number, waiting: string): Promise<Result> {
  if (timeout === Infinity) return await result;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = Math.round(timeout) / 1000;
    late.reject(new RanksError(`Cannot go on as another rank does not answer: ${waiting} for ${seconds} seconds`));
  }, Math.max(0, timeout));
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function bytesOf(values: Float64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
