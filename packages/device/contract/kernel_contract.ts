import type { ContractContext } from "./contract_context.ts";

/** One situation that a kernel has to master. */
export interface ContractCase {
  /** Says what is special about it. */
  readonly name: string;
  /** Makes inputs, runs the kernel, checks its outputs; throws when they are wrong. */
  run(context: ContractContext): Promise<void>;
}

/**
 * Everything that the suite asks of one kernel; the first case is also run with every tensor a view into a larger one.
 */
export type KernelContract = readonly ContractCase[];
