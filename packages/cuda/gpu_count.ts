import { openDriver } from "./driver/open_driver.ts";

/**
 * The number of NVIDIA GPUs that this process may use; opens none of them. `CUDA_VISIBLE_DEVICES` hides some.
 *
 * @returns Their number, at least 1
 * @throws {DeviceUnavailableError} If there is no driver or no GPU, or the driver is too old
 *
 * @example As many as there are
 * ```ts
 * import { gpuCount } from "@beyond24/cuda";
 * import { DeviceUnavailableError } from "@beyond24/device";
 * import { assert } from "@std/assert";
 *
 * try {
 *   assert(gpuCount() >= 1);
 * } catch (error) {
 *   assert(error instanceof DeviceUnavailableError);
 * }
 * ```
 */
export function gpuCount(): number {
  const count = new Int32Array(1);
  openDriver().cuDeviceGetCount(count);
  return count[0] ?? 0;
}
