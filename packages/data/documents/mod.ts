/**
 * Files of documents as they lie on the disk: decompressed streams, and how tables are compressed inside.
 *
 * @module
 */
export * from "./byte_stream.ts";
export * from "./stream_error.ts";
export * from "./table_compressors.ts";
