import { encodeFrames, readFully, receiveFrame, sendFrame, writeFully } from "./frames.ts";

/**
 * First bytes of a connection, before the number of the rank and of all ranks: others that find the port are turned
 * away.
 */
const GREETING = new TextEncoder().encode("beyond24");
/** The greeting and two numbers of 32 bits. */
const HELLO_BYTES = GREETING.length + 8;

/** What a rank says when it comes. */
export function encodeHello(rank: number, size: number): Uint8Array<ArrayBuffer> {
  const hello = new Uint8Array(HELLO_BYTES);
  hello.set(GREETING);
  const view = new DataView(hello.buffer, GREETING.length);
  view.setUint32(0, rank, true);
  view.setUint32(4, size, true);
  return hello;
}

/**
 * Brings the ranks of a run together: what each of them sends, all of them get, in the order of the ranks, round after
 * round. Ends, and closes all connections, when a rank closes its own.
 *
 * @param listener Where the ranks connect; closed when all have come
 * @param size Number of ranks
 */
export async function serveRanks(listener: Deno.Listener, size: number): Promise<void> {
  const connections = await welcome(listener, size);
  try {
    for (;;) {
      const frames: Uint8Array[] = [];
      for (const frame of await Promise.all(connections.map(receiveOrEnd(connections)))) {
        if (frame === undefined) return;
        frames.push(frame);
      }
      const all = encodeFrames(frames);
      await Promise.all(connections.map((connection) => sendFrame(connection, all)));
    }
  } finally {
    closeAll(connections);
  }
}

/** Whoever waits for others has to hear that one of them is gone. */
function receiveOrEnd(connections: readonly Deno.Conn[]) {
  return async (connection: Deno.Conn) => {
    const frame = await receiveFrame(connection);
    if (frame === undefined) closeAll(connections);
    return frame;
  };
}

async function welcome(listener: Deno.Listener, size: number): Promise<Deno.Conn[]> {
  const ranks = new Map<number, Deno.Conn>();
  const { promise: complete, resolve, reject } = Promise.withResolvers<void>();
  const admit = async (connection: Deno.Conn) => {
    const rank = await readHello(connection, size);
    if (rank === undefined || ranks.has(rank)) return connection.close();
    ranks.set(rank, connection);
    await writeFully(connection, GREETING);
    if (ranks.size === size) resolve();
  };
  const accept = async () => {
    // Not one after the other: somebody who connects and says nothing must not keep the others out.
    for await (const connection of listener) admit(connection).catch(reject);
  };
  accept().catch(reject);
  await complete;
  listener.close();
  return Array.from(ranks).toSorted(([a], [b]) => a - b).map(([, connection]) => connection);
}

async function readHello(connection: Deno.Conn, size: number): Promise<number | undefined> {
  const hello = new Uint8Array(HELLO_BYTES);
  if (!await readFully(connection, hello)) return undefined;
  const rank = new DataView(hello.buffer).getUint32(GREETING.length, true);
  return encodeHello(rank, size).every((byte, i) => byte === hello[i]) && rank < size ? rank : undefined;
}

/** Waits for the answer to {@linkcode encodeHello}; false where the other side is something else or wants nobody. */
export async function readWelcome(connection: Deno.Conn): Promise<boolean> {
  const greeting = new Uint8Array(GREETING.length);
  return await readFully(connection, greeting) && greeting.every((byte, i) => byte === GREETING[i]);
}

function closeAll(connections: readonly Deno.Conn[]): void {
  for (const connection of connections) {
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }
}
