/**
 * The contract suite: every back end runs it ({@linkcode runKernelContract}), with Deno or in a browser page.
 *
 * @module
 */
export * from "./run_kernel_contract.ts";
