import { type KernelArguments, makeKernels } from "./_make_kernels.ts";
import { KERNEL_NAMES } from "./kernel_names.ts";
import type { KernelName, Kernels } from "./kernels.ts";

export type { KernelArguments };

/** The kernels of a back end as functions of what they run on: one that is missing is a type error. */
export type KernelTable<Context> = {
  readonly [Name in KernelName]: (context: Context, args: KernelArguments<Name>) => void;
};

/**
 * The kernels of a table, on one context: how a back end turns its functions into the kernels of a device.
 *
 * @typeParam Context What a back end's functions run on: a launcher, a machine
 * @param table Its functions by name
 * @param context What they run on
 * @returns The kernels
 * @throws {TypeError} If the table lacks a kernel
 *
 * @example Functions that only say what they are asked
 * ```ts
 * import { bindKernels, KERNEL_NAMES, type KernelTable } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * const calls: string[] = [];
 * const entries = KERNEL_NAMES.map((name) => [name, (device: string) => calls.push(`${name} on ${device}`)]);
 * const table: KernelTable<string> = Object.fromEntries(entries);
 * const out = { shape: [4], dtype: "f32", storage: { bytes: 16 }, offset: 0 } as const;
 * bindKernels(table, "paper").fill({ out, value: 1 });
 * assertEquals(calls, ["fill on paper"]);
 * ```
 */
export function bindKernels<Context>(table: KernelTable<Context>, context: Context): Kernels {
  const missing = KERNEL_NAMES.filter((name) => table[name] === undefined);
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot bind kernels as the table must have all of them: current value lacks ${missing.join(", ")}`,
    );
  }
  return makeKernels((name) => (args) => table[name](context, args));
}
