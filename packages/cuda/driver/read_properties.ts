import { DeviceUnavailableError } from "@beyond24/device";
import { checkStatus } from "./check_status.ts";
import type { DriverProperties } from "./driver.ts";
import { addressOf, cString } from "./host_memory.ts";
import { describeStatus, type DriverLibrary } from "./open_driver.ts";

const MULTIPROCESSORS = 16;
const SHARED_MEMORY_OF_BLOCK = 97;
const CAPABILITY_MAJOR = 75;
const CAPABILITY_MINOR = 76;

/**
 * What a GPU and its driver say about themselves.
 *
 * @throws {DeviceUnavailableError} when the GPU is too old
 */
export function readProperties(library: DriverLibrary, ordinal: number): DriverProperties {
  const check = (status: number, doing: string) =>
    checkStatus(status, doing, (value) => describeStatus(library, value));
  const attribute = (number: number) => {
    const value = new Int32Array(1);
    check(library.cuDeviceGetAttribute(value, number, ordinal), "read a property of the GPU");
    return value[0] ?? 0;
  };
  const name = new Uint8Array(256);
  check(library.cuDeviceGetName(name, name.length, ordinal), "read the GPU's name");
  const uuid = new Uint8Array(16);
  check(library.cuDeviceGetUuid_v2(uuid, ordinal), "read the GPU's identity");
  const memory = new BigUint64Array(1);
  check(library.cuDeviceTotalMem_v2(memory, ordinal), "read the GPU's memory");
  const version = new Int32Array(1);
  check(library.cuDriverGetVersion(version), "read the driver's version");
  const capability = 10 * attribute(CAPABILITY_MAJOR) + attribute(CAPABILITY_MINOR);
  if (capability < 80) {
    throw new DeviceUnavailableError(
      `Cannot use this GPU as its compute capability must be 8.0 or later: current value is ${capability / 10}`,
    );
  }
  return {
    name: cString(addressOf(name)),
    uuid: uuid.toHex(),
    totalMemory: Number(memory[0] ?? 0n),
    cudaVersion: version[0] ?? 0,
    computeCapability: capability,
    multiprocessors: attribute(MULTIPROCESSORS),
    sharedMemoryOfBlock: attribute(SHARED_MEMORY_OF_BLOCK),
  };
}
