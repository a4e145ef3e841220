import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { type Device, DeviceUnavailableError } from "@beyond24/device";
import { type DeviceConfig, type DeviceName, UsageError } from "@beyond24/run";
import { quietDrivers } from "./quiet_drivers.ts";
import { readTunedTiles } from "./tuned_tiles_file.ts";

/** Is told in one line what is left out. */
type Warn = (line: string) => void;

/** Opens a device of one kind, or throws `DeviceUnavailableError`. */
type BackEnd = (config: DeviceConfig, warn: Warn, localRank: number) => Promise<Device>;

/**
 * Every kind of device. A back end is added here, and to {@linkcode fastestFirst}; those that need more than a CPU are
 * loaded when they are asked for.
 */
const backEnds: Readonly<Record<Exclude<DeviceName, "auto">, BackEnd>> = {
  reference: () => Promise.resolve(createReferenceDevice()),
  cpu: async ({ threads, blas }) => {
    if (blas !== "auto" && blas !== "off" && !mayCallNative()) {
      throw new UsageError(
        `Cannot use the BLAS library ${blas} as foreign functions are not permitted: use deno task train:native, or ` +
          "--allow-ffi",
      );
    }
    return await createCpuDevice(threads === 0 ? { blas } : { threads, blas });
  },
  webgpu: async ({ dtype, profile }, warn) => {
    const { createWebGpuDevice } = await import("@beyond24/webgpu");
    quietDrivers();
    return await createWebGpuDevice({ dtype, profile, tunedTiles: await readTunedTiles(warn) });
  },
  cuda: async (_config, _warn, localRank) => {
    // Loading the driver would make Deno ask for this permission, which is nothing to do for "auto" unasked.
    if (!mayCallNative()) {
      throw new DeviceUnavailableError(
        "Cannot use device cuda as foreign functions are not permitted: use deno task train:native, or --allow-ffi",
      );
    }
    const { createCudaDevice, gpuCount } = await import("@beyond24/cuda");
    return await createCudaDevice(localRank === 0 ? {} : { ordinal: localRank % gpuCount() });
  },
};

/** Whether native libraries may be opened; asks nobody. */
function mayCallNative(): boolean {
  return Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/**
 * Whether asking for an adapter is quiet: without a session of a user, drivers on Linux complain on the console. Such a
 * machine can still be told `--device webgpu`.
 */
function mayAskForAdapter(): boolean {
  if (Deno.build.os !== "linux") return true;
  const session = { name: "env", variable: "XDG_RUNTIME_DIR" } as const;
  return Deno.permissions.querySync(session).state === "granted" && Deno.env.has(session.variable);
}

/** WebGPU on real hardware: a software adapter is far slower than the CPU that it runs on. */
const hardwareWebGpu: BackEnd = async (config, warn, localRank) => {
  const gpu = mayAskForAdapter() ? globalThis.navigator?.gpu : undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  const { isSoftwareAdapter } = await import("@beyond24/webgpu");
  if (!adapter || isSoftwareAdapter(adapter.info)) {
    throw new DeviceUnavailableError("Cannot use device webgpu as this machine has no hardware adapter");
  }
  return await backEnds.webgpu(config, warn, localRank);
};

/** What `"auto"` tries. */
const fastestFirst: readonly BackEnd[] = [backEnds.cuda, hardwareWebGpu, backEnds.cpu, backEnds.reference];

/**
 * Opens the device that a configuration names; `"auto"` is the fastest kind that this machine has.
 *
 * @param config Kind of device and its options
 * @param warn Is told in one line when tuned tile sizes cannot be used
 * @param localRank Number of this process among those of its machine that train together: each has a GPU of its own
 * @returns The device; the caller disposes of it
 * @throws {DeviceUnavailableError} If this machine or build does not have it
 *
 * @example Open the reference device
 * ```ts
 * import { presetConfig } from "@beyond24/run";
 * import { openDevice } from "@beyond24/trainer";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await openDevice({ ...presetConfig("tiny").device, name: "reference" });
 * assertEquals(device.name, "reference");
 * device.dispose();
 * ```
 */
export async function openDevice(
  config: DeviceConfig,
  warn: (line: string) => void = () => {},
  localRank = 0,
): Promise<Device> {
  if (config.name !== "auto") return await backEnds[config.name](config, warn, localRank);
  for (const open of config.dtype === "f32" ? fastestFirst : [hardwareWebGpu]) {
    try {
      return await open(config, warn, localRank);
    } catch (error) {
      if (!(error instanceof DeviceUnavailableError)) throw error;
    }
  }
  if (config.dtype !== "f32") {
    throw new DeviceUnavailableError(
      `Cannot find a device for device.dtype = ${config.dtype} as only WebGPU on a GPU has it: set device.dtype = f32`,
    );
  }
  throw new DeviceUnavailableError("Cannot find a device as none of the back ends runs on this machine");
}
