/**
 * The contract suite: every back end runs it ({@linkcode runKernelContract}), with Deno or in a browser page.
 *
 * @module
 */
export * from "./in_process_collectives.ts";
export { randomValues } from "./random.ts";
export * from "./rehearse_kernel.ts";
export * from "./run_collectives_contract.ts";
export * from "./run_kernel_contract.ts";
