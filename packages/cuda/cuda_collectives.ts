import type { Collectives, Device, ProcessGroup } from "@beyond24/device";
import { CudaDevice } from "./cuda_device.ts";
import { checkGpus } from "./libraries/nccl/check_gpus.ts";
import { joinCommunicator, uniqueId } from "./libraries/nccl/nccl_communicator.ts";
import { openNccl } from "./libraries/nccl/open_nccl.ts";
import { orderCollectives } from "./libraries/nccl/order_collectives.ts";
import { UNIQUE_ID_BYTES } from "./libraries/nccl/symbols.ts";

/** Options of {@linkcode cudaCollectives}. */
export interface CudaCollectivesOptions {
  /** Milliseconds that a rank waits for the others before it gives up. Default 50,000. */
  readonly timeout?: number;
}

/**
 * Collectives of a GPU with those of other processes through NCCL: tensors go from GPU to GPU beside the kernels,
 * numbers of the host go through the group of the processes. NCCL is looked for where cuBLASLt and cuDNN are, and
 * opened here first.
 *
 * @param device The GPU of this rank, of {@linkcode createCudaDevice}
 * @param group All ranks, one GPU each
 * @param options How long to wait
 * @returns The collectives. A call that fails or waits in vain throws `DeviceLostError`, and so does every wait for the
 * device
 * @throws {DeviceUnavailableError} If NCCL is not there or two ranks have the same GPU
 * @throws {DeviceLostError} If the GPUs do not find each other
 *
 * @example Sum over all GPUs
 * ```ts ignore
 * import { createCudaDevice, cudaCollectives } from "@beyond24/cuda";
 * import { openMpiWorld } from "@beyond24/mpi";
 *
 * const world = openMpiWorld();
 * const device = await createCudaDevice({ ordinal: world.rank });
 * const collectives = await cudaCollectives(device, world);
 * await collectives.allReduce([gradient]);
 * ```
 */
export async function cudaCollectives(
  device: Device,
  group: ProcessGroup,
  { timeout = 50_000 }: CudaCollectivesOptions = {},
): Promise<Collectives> {
  if (!(device instanceof CudaDevice)) {
    throw new TypeError(`Cannot use NCCL as the device must be of createCudaDevice: current value is ${device.name}`);
  }
  const library = openNccl();
  await checkGpus(device.driver.properties.uuid, group);
  const id = new Uint8Array(UNIQUE_ID_BYTES);
  if (group.rank === 0) uniqueId(library, id);
  await group.broadcast(id, 0);
  return orderCollectives(device, group, joinCommunicator(library, id, group), timeout);
}
