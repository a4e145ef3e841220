import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { decompressSnappy } from "./_snappy.ts";

/** How the pages of a Parquet file are compressed: for the option of `hyparquet` of that name. */
export const tableCompressors: Readonly<
  Record<"SNAPPY" | "GZIP" | "BROTLI" | "ZSTD", (bytes: Uint8Array, size: number) => Uint8Array>
> = {
  SNAPPY: decompressSnappy,
  GZIP: (bytes, size) => new Uint8Array(gunzipSync(bytes, { maxOutputLength: Math.max(1, size) })),
  BROTLI: (bytes, size) => new Uint8Array(brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, size) })),
  ZSTD: (bytes, size) => unzstd(bytes, new Uint8Array(size)),
};
