import { type Device, KERNEL_NAMES } from "@beyond24/device";
import { runKernelContract } from "@beyond24/device/contract";
import { assert, assertEquals } from "@std/assert";
import * as kernelContracts from "./table.ts";

interface Registered {
  readonly name: string;
  readonly skipReason: string | undefined;
}

function registered(skip: Record<string, string>): Registered[] {
  const tests: Registered[] = [];
  runKernelContract({
    name: "x",
    createDevice: (): Device => {
      throw new Error("No device is made before a test runs");
    },
    test: (name, _run, skipReason) => tests.push({ name, skipReason }),
    skip,
  });
  return tests;
}

Deno.test("runKernelContract() names no test twice", () => {
  const names = registered({}).map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
});

Deno.test("kernelContracts asks something of every kernel", () => {
  assertEquals(Object.keys(kernelContracts).sort(), [...KERNEL_NAMES].sort());
  assert(Object.values(kernelContracts).every((cases) => cases.length > 0));
});

Deno.test("runKernelContract() skips a kernel, a case and the device with their reasons", () => {
  const tests = registered({ rope: "later", "sum: [1]": "too small", device: "no memory" });
  const skipped = tests.filter(({ skipReason }) => skipReason !== undefined);
  assert(skipped.every(({ name, skipReason }) => name.endsWith(`(skipped: ${skipReason})`)));
  const of = (start: string) => skipped.filter(({ name }) => name.startsWith(start)).length;
  const rope = tests.filter(({ name }) => name.startsWith("x rope: ")).length;
  assert(rope >= kernelContracts.rope.length);
  assertEquals([of("x sum"), of("x rope: ")], [1, rope]);
  assertEquals(tests.filter(({ name, skipReason }) => name.startsWith("x device") && !skipReason), []);
});
