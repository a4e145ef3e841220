/**
 * Disks that fail, for tests of what writes to a disk.
 *
 * @module
 */
export * from "./failing_file_system.ts";
export * from "./full_file_system.ts";
export * from "./mutate_json.ts";
export * from "./power_cut.ts";
