import { CALL_CHECKS } from "./_call_checks.ts";
import type { KernelName } from "./kernels.ts";

/** The names of all kernels: back ends bind a function to each (`bindKernels`), the contract suite asks for each. */
export const KERNEL_NAMES: readonly KernelName[] = namesOf(CALL_CHECKS);

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[];
}
