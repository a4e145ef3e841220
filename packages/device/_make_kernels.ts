import { KERNEL_NAMES } from "./kernel_names.ts";
import type { KernelName, Kernels } from "./kernels.ts";

/** What a kernel takes. */
export type KernelArguments<Name extends KernelName> = Parameters<Kernels[Name]>[0];

/** Makes the function of a kernel. */
export type MakeKernel = <Name extends KernelName>(name: Name) => (args: KernelArguments<Name>) => void;

/** Kernels that are put together one by one. */
type SomeKernels = { [Name in KernelName]?: (args: KernelArguments<Name>) => void };

/** All kernels, each made from its name. */
export function makeKernels(make: MakeKernel): Kernels {
  const made: SomeKernels = {};
  for (const name of KERNEL_NAMES) put(made, make, name);
  if (isComplete(made)) return made;
  throw new TypeError("Cannot make kernels as one was made of nothing: give each name a function");
}

function put<Name extends KernelName>(made: SomeKernels, make: MakeKernel, name: Name): void {
  made[name] = make(name);
}

function isComplete(made: SomeKernels): made is Required<SomeKernels> {
  return KERNEL_NAMES.every((name) => made[name] !== undefined);
}
