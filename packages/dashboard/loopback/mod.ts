/**
 * A small HTTP server for this machine only: it listens on loopback, answers no other name, and gives nobody for ever.
 *
 * @module
 */
export * from "./host_fault.ts";
export * from "./loopback_request.ts";
export * from "./serve_loopback.ts";
