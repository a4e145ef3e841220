import type { Device, Kernels } from "@beyond24/device";
import { runKernelContract } from "@beyond24/device/contract";
import { assert, assertEquals } from "@std/assert";
import { kernelContracts } from "./kernel_contracts.ts";

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

Deno.test("runKernelContract() asks something of every kernel", () => {
  // The type makes this list complete.
  const all: Record<keyof Kernels, true> = {
    matmul: true,
    groupedMatmulNeurons: true,
    groupedMatmulFeatures: true,
    groupedMatmulWeights: true,
    softThreshold24: true,
    select24: true,
    squaredReluSelect24: true,
    gateSelect24: true,
    countNonzero: true,
    clusterMeans: true,
    routeTokens: true,
    groupTokens: true,
    gatherRows: true,
    scatterRows: true,
    rmsNorm: true,
    rmsNormBackward: true,
    rope: true,
    attention: true,
    attentionBackward: true,
    add: true,
    copy: true,
    fill: true,
    squaredRelu: true,
    squaredReluBackward: true,
    embedding: true,
    embeddingBackward: true,
    crossEntropy: true,
    sum: true,
    recordRow: true,
    squaredNorm: true,
    clipFactor: true,
    adamW: true,
  };
  assertEquals(kernelContracts.map(({ kernel }) => kernel), Object.keys(all));
  assert(kernelContracts.every(({ cases }) => cases.length > 0));
});

Deno.test("runKernelContract() skips a kernel, a case and the device with their reasons", () => {
  const tests = registered({ rope: "later", "sum: [1]": "too small", device: "no memory" });
  const skipped = tests.filter(({ skipReason }) => skipReason !== undefined);
  assert(skipped.every(({ name, skipReason }) => name.endsWith(`(skipped: ${skipReason})`)));
  const of = (start: string) => skipped.filter(({ name }) => name.startsWith(start)).length;
  assertEquals([of("x sum"), of("x rope")], [1, 6]);
  assertEquals(tests.filter(({ name, skipReason }) => name.startsWith("x device") && !skipReason), []);
});
