import { bindKernels, KERNEL_NAMES, type KernelTable } from "@beyond24/device";
import { assertEquals, assertThrows } from "@std/assert";

/** Functions that write down what they are asked, for all kernels but some. */
function tableWithout(...missing: readonly string[]): KernelTable<string[]> {
  const names = KERNEL_NAMES.filter((name) => !missing.includes(name));
  const note = (name: string) => (calls: string[], args: unknown) => calls.push(`${name} ${JSON.stringify(args)}`);
  return Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as KernelTable<string[]>;
}

Deno.test("bindKernels() calls every function with the context and the arguments of the kernel", () => {
  const calls: string[] = [];
  const kernels = bindKernels(tableWithout(), calls);
  assertEquals(Object.keys(kernels), [...KERNEL_NAMES]);
  for (const name of KERNEL_NAMES) Reflect.apply(kernels[name], undefined, [{ its: name }]);
  assertEquals(calls, KERNEL_NAMES.map((name) => `${name} {"its":"${name}"}`));
});

Deno.test("bindKernels() names what a table lacks", () => {
  assertThrows(() => bindKernels(tableWithout("fill", "adamW"), []), TypeError, "current value lacks fill, adamW");
});
