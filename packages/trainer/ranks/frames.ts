/** Reads exactly as many bytes as `bytes` has; false where the other side has closed. */
export async function readFully(connection: Pick<Deno.Conn, "read">, bytes: Uint8Array): Promise<boolean> {
  for (let done = 0; done < bytes.length;) {
    const count = await connection.read(bytes.subarray(done)).catch(whenReset);
    if (count === null) return false;
    done += count;
  }
  return true;
}

/** Writes all bytes; what the other side does not want any more is lost. */
export async function writeFully(connection: Pick<Deno.Conn, "write">, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const count = await connection.write(bytes.subarray(done)).catch(whenReset);
    if (count === null) return;
    done += count;
  }
}

/** Sends bytes with their length in front. */
export async function sendFrame(connection: Pick<Deno.Conn, "write">, bytes: Uint8Array): Promise<void> {
  await writeFully(connection, encodeFrame(bytes));
}

/** The bytes of the next frame; undefined where the other side has closed. */
export async function receiveFrame(connection: Pick<Deno.Conn, "read">): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const length = new Uint8Array(4);
  if (!await readFully(connection, length)) return undefined;
  const bytes = new Uint8Array(new DataView(length.buffer).getUint32(0, true));
  return await readFully(connection, bytes) ? bytes : undefined;
}

/** Several frames behind each other. */
export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const encoded = frames.map(encodeFrame);
  const result = new Uint8Array(encoded.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const frame of encoded) {
    result.set(frame, at);
    at += frame.length;
  }
  return result;
}

/** The frames that {@linkcode encodeFrames} put behind each other; copies. */
export function decodeFrames(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true);
    frames.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

function encodeFrame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(4 + bytes.length);
  new DataView(frame.buffer).setUint32(0, bytes.length, true);
  frame.set(bytes, 4);
  return frame;
}

/** A process that was killed leaves its connections reset: for the other side that is the end like any other. */
function whenReset(error: unknown): null {
  const isGone = [
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
    Deno.errors.BrokenPipe,
    Deno.errors.BadResource,
    Deno.errors.Interrupted,
  ].some((type) => error instanceof type);
  if (isGone) return null;
  throw error;
}
