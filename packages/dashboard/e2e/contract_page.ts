import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice, type WebGpuDeviceOptions } from "@beyond24/webgpu";

/** How the contract went in the browser. */
export interface ContractOutcome {
  /** Adapter and paths. */
  readonly device: string;
  /** Cases that passed. */
  readonly passed: number;
  /** Names and messages of those that did not. */
  readonly failed: readonly string[];
}

/** Runs the cases of the kernel contract whose names `isNeeded` matches, one after the other. */
export async function runContract(options: WebGpuDeviceOptions, isNeeded: string): Promise<ContractOutcome> {
  const cases = new Map<string, () => Promise<void>>();
  const createDevice = () => createWebGpuDevice(options);
  runKernelContract({ name: "browser", createDevice, test: (name, run) => cases.set(name, run) });
  const failed: string[] = [];
  let passed = 0;
  for (const [name, run] of cases) {
    if (!new RegExp(isNeeded).test(name)) continue;
    try {
      await run();
      passed++;
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const device = await createDevice();
  device.dispose();
  return { device: device.description, passed, failed };
}

// The test calls it from outside of the module.
Object.assign(globalThis, { runContract });
