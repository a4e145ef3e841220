/**
 * A page that trains a small model live in the browser, and shows a finished or a running `train`. It is served on
 * loopback only, and loads nothing from anywhere else.
 *
 * @module
 */
export * from "./dashboard_server.ts";
export * from "./serve_page.ts";
export * from "./serve_run.ts";
