import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";
import { fittingTiles, hardwareTiles, type TileChoice } from "./tile_choice.ts";

const tests = { f32: await deviceTests(), f16: await deviceTests({ dtype: "f16" }) };

/** Holds tiles that a software adapter would not take against the cases that `isNeeded`. */
function runWithTiles(title: string, tiles: TileChoice, isNeeded: RegExp, dtype: "f32" | "f16" = "f32"): void {
  runKernelContract({
    name: `tiles ${title}:`,
    createDevice: () => createWebGpuDevice({ tiles, dtype }),
    test: (name, fn) => isNeeded.test(name) && tests[dtype](name, fn),
  });
}

runWithTiles("for GPUs", hardwareTiles, /: (matmul|grouped\w+|attention\w*): /);

runWithTiles(
  "for GPUs, halves",
  { ...hardwareTiles, leastWorkgroups: 0 },
  /: (matmul: .*(64, 64|packed, acc)|grouped\w+: (packed \w+, uneven|one expert equals)|attention: one key|\w+Select24: of a product .*more rows)/,
  "f16",
);

// Each of them alone, also where a product is so small that it would take the smallest: operands that are read four
// neighbours at a time, whole groups and ragged ones, packed and not.
const least = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 16384 };
const { matmul: products, attention } = fittingTiles(least);
for (const name of products.filter((name) => /^(32|64|128)x/.test(name))) {
  const tiles = { ...hardwareTiles, matmul: name, groupedMatmul: name, leastWorkgroups: 0 };
  runWithTiles(
    name,
    tiles,
    /: (matmul|grouped\w+): (?!row map, packed).*(64, 64|packed|into f32|uneven segments|last bit)|: of a product .*more rows/,
  );
}
for (const name of attention) {
  runWithTiles(name, { ...hardwareTiles, attention: name }, /: attention\w*: (grouped queries|one key head)/);
}
