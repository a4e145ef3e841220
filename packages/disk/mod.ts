/**
 * Writing files so that a full disk, a kill or a power cut costs nothing that was there before: every write is checked,
 * files and folders are synced before and after a name is given, requests that failed for the moment are made again,
 * links are not followed.
 *
 * @module
 */
export * from "./deno_file_system.ts";
export * from "./disk_error.ts";
export * from "./durable_file_system.ts";
export * from "./file_log.ts";
export * from "./file_system.ts";
export * from "./hold_folder.ts";
export * from "./make_folders.ts";
export * from "./read_text_file.ts";
export * from "./replace_file.ts";
export * from "./replace_folder.ts";
export * from "./write_file.ts";
export * from "./write_parts.ts";
