import type { Device } from "../device.ts";
import type { KernelName } from "../kernels.ts";
import { ContractContext } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";
import * as table from "./table.ts";

/** What a rehearsal asks of a device: nothing that would need memory. */
export type RehearsalDevice = Pick<Device, "kernels" | "activationType" | "tensor" | "packed24">;

const kernelContracts: Readonly<Record<KernelName, KernelContract>> = table;

/**
 * Calls what the first case of a kernel's contract calls, up to where it would read a result: for tests of what is
 * called or launched, on a device that computes nothing.
 *
 * @param kernel Whose contract
 * @param device Its kernels and its tensors
 *
 * @example The calls that the contract of `fill` begins with
 * ```ts
 * import type { Kernels } from "@beyond24/device";
 * import { rehearseKernel } from "@beyond24/device/contract";
 * import { assertEquals } from "@std/assert";
 *
 * const calls: (string | symbol)[] = [];
 * await rehearseKernel("fill", {
 *   kernels: new Proxy({} as Kernels, { get: (_, name) => () => calls.push(name) }),
 *   activationType: "f32",
 *   tensor: (shape, dtype) => ({ shape, dtype, storage: { bytes: 0 }, offset: 0 }),
 *   packed24: (rows, cols, axis) => ({ format: "2:4", rows, cols, axis, dtype: "f32", storage: { bytes: 0 } }),
 * });
 * assertEquals(calls, ["fill"]);
 * ```
 */
export async function rehearseKernel(kernel: KernelName, device: RehearsalDevice): Promise<void> {
  const end = new Error("This is the end of a rehearsal");
  const stop = () => Promise.reject(end);
  const context = new ContractContext(
    {
      kernels: device.kernels,
      activationType: device.activationType,
      tensor: (shape, dtype) => device.tensor(shape, dtype),
      packed24: (rows, cols, axis) => device.packed24(rows, cols, axis),
      write() {},
      free() {},
      read: stop,
      readPacked24: stop,
    },
    { f32: 0, bf16: 0, f16: 0, i32: 0 },
    "whole",
  );
  try {
    await kernelContracts[kernel][0]?.run(context);
  } catch (error) {
    if (error !== end) throw error;
  }
}
