import { DeviceUnavailableError } from "@beyond24/device";
import { probeSubgroups } from "./_subgroups.ts";
import { isSoftwareAdapter } from "./is_software_adapter.ts";
import { fittingTiles, hardwareTiles, softwareTiles, type TileChoice } from "./tile_choice.ts";
import { adapterKey, type TunedTiles } from "./tuned_tiles.ts";
import { WebGpuDevice, type WebGpuSetup } from "./web_gpu_device.ts";

/** Options of {@linkcode createWebGpuDevice}; all of them have a default. */
export interface WebGpuDeviceOptions {
  /** Storage type of activations; sums are f32 in any case. Default `"f32"`. */
  readonly dtype?: "f32" | "f16";
  /** Which adapter the runtime should prefer. Default `"high-performance"`. */
  readonly powerPreference?: "high-performance" | "low-power";
  /** Measures every kernel with timestamps (`WebGpuDevice.takeProfile`), a compute pass each. Default false. */
  readonly profile?: boolean;
  /** Tile sizes. Default: those of `tunedTiles` for the adapter; else those for GPUs or for software adapters. */
  readonly tiles?: TileChoice;
  /** Whether sums and maxima use subgroups where adapter and runtime have them. Default true. */
  readonly subgroups?: boolean;
  /** What {@linkcode tuneTiles} has found on this machine, and perhaps on others. */
  readonly tunedTiles?: TunedTiles;
}

/** Not all types know it. */
const SUBGROUPS = "subgroups" as GPUFeatureName;

async function requestAdapter(options: WebGpuDeviceOptions): Promise<GPUAdapter> {
  // Not every browser has `navigator.gpu`, whatever the types say.
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    throw new DeviceUnavailableError("Cannot use WebGPU as this runtime has no navigator.gpu: use another device");
  }
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? "high-performance" });
  if (adapter !== null) return adapter;
  throw new DeviceUnavailableError(
    "Cannot use WebGPU as no adapter was found: install a driver for the GPU, or use another device",
  );
}

/** The limits that matter to the kernels, as large as the adapter allows. */
function limitsOf({ limits }: GPUAdapter): Record<string, number> {
  const names = [
    "maxBufferSize",
    "maxStorageBufferBindingSize",
    "maxComputeWorkgroupStorageSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupSizeX",
    "maxStorageBuffersPerShaderStage",
    "minUniformBufferOffsetAlignment",
  ] as const;
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}

function featuresOf(adapter: GPUAdapter, { dtype, profile }: WebGpuDeviceOptions): GPUFeatureName[] {
  const features: GPUFeatureName[] = [];
  if (dtype === "f16") features.push("shader-f16");
  if (profile) features.push("timestamp-query");
  for (const feature of features) {
    if (adapter.features.has(feature)) continue;
    const remedy = feature === "shader-f16" ? "use dtype f32" : "run without profile";
    throw new DeviceUnavailableError(`Cannot use this WebGPU adapter as it lacks ${feature}: ${remedy}`);
  }
  return features;
}

/**
 * A device with subgroups where it can be had: Deno does not list the feature in `adapter.features`, so it is tried.
 */
async function requestDevice(adapter: GPUAdapter, options: WebGpuDeviceOptions): Promise<GPUDevice> {
  const [requiredFeatures, requiredLimits] = [featuresOf(adapter, options), limitsOf(adapter)];
  if (options.subgroups !== false) {
    try {
      return await adapter.requestDevice({ requiredFeatures: [...requiredFeatures, SUBGROUPS], requiredLimits });
    } catch {
      // Without them, then.
    }
  }
  try {
    return await adapter.requestDevice({ requiredFeatures, requiredLimits });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeviceUnavailableError(
      `Cannot use this WebGPU adapter as it gives no device: current value is ${reason}`,
    );
  }
}

/** Refuses tiles that the adapter has no room for, such as those that were tuned with another driver. */
function checkTiles({ limits }: GPUAdapter, tiles: TileChoice): void {
  const fitting = fittingTiles(limits);
  for (const kind of ["matmul", "groupedMatmul", "attention"] as const) {
    if (fitting[kind].some((name) => name === tiles[kind])) continue;
    throw new DeviceUnavailableError(
      `Cannot use this WebGPU adapter as it has no room for ${kind} tiles of ${tiles[kind]}: current value is ` +
        `${limits.maxComputeInvocationsPerWorkgroup} invocations and ${limits.maxComputeWorkgroupStorageSize} bytes ` +
        "a workgroup",
    );
  }
}

/** What a device is described by. */
type Parts = Pick<WebGpuSetup, "activationType" | "tiles" | "subgroups"> & { readonly isSoftware: boolean };

function describe({ info }: GPUAdapter, { isSoftware, activationType, tiles, subgroups }: Parts): string {
  const names = [info.vendor, info.architecture, info.device, info.description];
  const name = names.filter((part) => part && !/^\d+$/.test(part)).join(" ") || "unnamed adapter";
  const parts = [`${name}${isSoftware ? " (software)" : ""}`, `${activationType} activations`, `${tiles.matmul} tiles`];
  return `webgpu: ${[...parts, ...(subgroups === "none" ? [] : ["subgroups"])].join(", ")}`;
}

/**
 * Opens a WebGPU device: in Deno without any flag, and in browsers.
 *
 * @param options Storage type, adapter, measurements
 * @returns The device; the caller disposes of it
 * @throws {DeviceUnavailableError} When there is no adapter, or it lacks what the options ask for
 *
 * @example A product, where there is an adapter
 * ```ts
 * import { createWebGpuDevice } from "@beyond24/webgpu";
 * import { DeviceUnavailableError } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * try {
 *   const device = await createWebGpuDevice();
 *   const a = device.tensor([1, 2], "f32");
 *   const b = device.tensor([2, 1], "f32");
 *   const out = device.tensor([1, 1], "f32");
 *   device.write(a, Float32Array.of(1, 2));
 *   device.write(b, Float32Array.of(3, 4));
 *   device.kernels.matmul({ a, b, out });
 *   assertEquals(await device.read(out), Float32Array.of(11));
 *   device.dispose();
 * } catch (error) {
 *   if (!(error instanceof DeviceUnavailableError)) throw error;
 * }
 * ```
 */
export async function createWebGpuDevice(options: WebGpuDeviceOptions = {}): Promise<WebGpuDevice> {
  const adapter = await requestAdapter(options);
  const isSoftware = isSoftwareAdapter(adapter.info);
  const activationType = options.dtype ?? "f32";
  const key = adapterKey(adapter.info);
  const tuned = options.tiles ?? options.tunedTiles?.get(key);
  const tiles = tuned ?? (isSoftware ? softwareTiles : hardwareTiles);
  checkTiles(adapter, tiles);
  const device = await requestDevice(adapter, options);
  const subgroups = options.subgroups === false ? "none" : await probeSubgroups(device);
  const description = describe(adapter, { isSoftware, activationType, tiles, subgroups });
  return new WebGpuDevice({
    device,
    description,
    adapter: key,
    activationType,
    tiles,
    subgroups,
    profile: options.profile ?? false,
  });
}
