import { KERNEL_NAMES, type KernelName, type Kernels } from "./kernels.ts";

/** What a kernel takes. */
export type KernelArguments<Name extends KernelName> = Parameters<Kernels[Name]>[0];

/** The kernels of a back end as functions of what they run on: one that is missing is a type error. */
export type KernelTable<Context> = {
  readonly [Name in KernelName]: (context: Context, args: KernelArguments<Name>) => void;
};

/** Kernels that are put together one by one. */
type BoundKernels = { [Name in KernelName]?: (args: KernelArguments<Name>) => void };

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
  const bound: BoundKernels = {};
  for (const name of KERNEL_NAMES) bind(bound, table, context, name);
  if (isComplete(bound)) return bound;
  const missing = KERNEL_NAMES.filter((name) => bound[name] === undefined);
  throw new TypeError(
    `Cannot bind kernels as the table must have all of them: current value lacks ${missing.join(", ")}`,
  );
}

function bind<Context, Name extends KernelName>(
  bound: BoundKernels,
  table: KernelTable<Context>,
  context: Context,
  name: Name,
): void {
  const kernel: KernelTable<Context>[Name] | undefined = table[name];
  if (kernel !== undefined) bound[name] = (args) => kernel(context, args);
}

function isComplete(bound: BoundKernels): bound is Required<BoundKernels> {
  return KERNEL_NAMES.every((name) => bound[name] !== undefined);
}
