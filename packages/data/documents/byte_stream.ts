import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { decompressZstd } from "./_zstd_frames.ts";
import { StreamError } from "./stream_error.ts";
import type { Bytes } from "./record_batch.ts";
import type { SourceFile } from "./source_file.ts";

const chunkBytes = 2 ** 18;

/**
 * The contents of a file, decompressed, in chunks of some hundred kilobytes.
 *
 * @param file The file
 * @param onRead Hears how many bytes were read from the disk since the last call
 * @throws {StreamError} If the compressed data are damaged or end early
 */
export function byteStream(
  file: Pick<SourceFile, "path" | "compression">,
  onRead: (bytes: number) => void = () => {},
): AsyncIterable<Bytes> {
  const chunks = readChunks(file.path, onRead);
  if (file.compression === "none") return chunks;
  return file.compression === "zstd" ? decompressZstd(chunks) : decompressGzip(chunks);
}

async function* readChunks(path: string, onRead: (bytes: number) => void): AsyncGenerator<Bytes> {
  using file = await Deno.open(path);
  for (;;) {
    const chunk = new Uint8Array(chunkBytes);
    const count = await file.read(chunk);
    if (count === null) return;
    onRead(count);
    yield chunk.subarray(0, count);
  }
}

/** Members one after the other are one stream; what is cut or damaged is an error. */
async function* decompressGzip(
  chunks: AsyncIterable<Bytes>,
): AsyncGenerator<Bytes> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  const source = Readable.from(chunks);
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield new Uint8Array(chunk);
  } catch (error) {
    const isDamaged = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    if (isDamaged) throw new StreamError(`its gzip data are damaged: ${error.message}`, { cause: error });
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
