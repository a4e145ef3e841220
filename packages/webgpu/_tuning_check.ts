import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import type { TileChoice, TileKind } from "./tile_choice.ts";
import type { WebGpuDevice } from "./web_gpu_device.ts";

/** The cases of the contract whose kernels take the tiles of a kind: every way to store operands, whole and ragged. */
const CASES: Readonly<Record<TileKind, RegExp>> = {
  matmul: /: matmul: .*(64, 64|packed|into f32)/,
  groupedMatmul: /: groupedMatmul\w+: .*(uneven segments|last bit)|: of a product .*uneven segments/,
  attention: /: attention\w*: (grouped queries|one key head|heads of 64)/,
};

/**
 * What is wrong with the kernels of a kind when they use `tiles`: that there is no device with them, or the first fault
 * that the contract finds, if any.
 */
export async function findFault(kind: TileKind, tiles: TileChoice): Promise<string | undefined> {
  const cases: (() => Promise<void>)[] = [];
  let device: WebGpuDevice | undefined;
  try {
    const created = device = await createWebGpuDevice({ tiles: { ...tiles, leastWorkgroups: 0 } });
    runKernelContract({
      name: "tuning:",
      createDevice: () => created,
      test: (name, run) => CASES[kind].test(name) && cases.push(run),
    });
    for (const run of cases) await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    device?.dispose();
  }
}
