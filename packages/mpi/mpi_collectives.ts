import { type Collectives, type Device, elementCount, type HostArray, type Tensor } from "@beyond24/device";
import type { MpiWorld } from "./mpi_world.ts";

/**
 * Collectives of a device through the memory of the host, so that any device and any MPI library will do. Floats travel
 * as f32, which holds every value of the narrower types.
 *
 * @param device The device of this rank
 * @param world All ranks
 * @returns The collectives
 *
 * @example A sum over all ranks
 * ```ts ignore
 * import { mpiCollectives, openMpiWorld } from "@beyond24/mpi";
 * import { createCpuDevice } from "@beyond24/cpu";
 *
 * const device = await createCpuDevice();
 * const collectives = mpiCollectives(device, openMpiWorld());
 * await collectives.allReduce([gradient]);
 * ```
 */
export function mpiCollectives(device: Device, world: MpiWorld): Collectives {
  const { rank, size } = world;
  let waited = 0;
  const waiting = async (work: Promise<void>) => {
    const started = performance.now();
    await work;
    waited += performance.now() - started;
  };
  const eachOf = async (tensors: readonly Tensor[], work: (values: HostArray) => Promise<void>) => {
    for (const tensor of tensors) {
      const values = await device.read(tensor);
      await work(values);
      device.write(tensor, values);
    }
  };
  /** All tensors travel as one: a call has a price of its own. */
  const allReduce = async (tensors: readonly Tensor[]) => {
    const all = new Float32Array(tensors.reduce((length, { shape }) => length + elementCount(shape), 0));
    const parts: Float32Array[] = [];
    let at = 0;
    for (const tensor of tensors) {
      const values = floats(await device.read(tensor));
      all.set(values, at);
      parts.push(all.subarray(at, at += values.length));
    }
    await waiting(world.allReduce(all));
    for (const [i, tensor] of tensors.entries()) device.write(tensor, parts[i] ?? all);
  };
  return {
    rank,
    size,
    description: world.description,
    allReduce,
    reduceScatter: (tensors) =>
      eachOf(tensors, async (values) => {
        await waiting(world.reduceScatter(floats(values)));
        const count = values.length / size;
        values.copyWithin(rank * count, 0, count);
      }),
    allGather: (tensors) => eachOf(tensors, (values) => waiting(world.allGather(bytesOf(values)))),
    broadcast: (tensors, root) => eachOf(tensors, (values) => waiting(world.broadcast(bytesOf(values), root))),
    sum: async (numbers) => {
      const values = Float64Array.from(numbers);
      await waiting(world.allReduce(values));
      return Array.from(values);
    },
    barrier: () => waiting(world.barrier()),
    takeWaited: () => {
      const milliseconds = waited;
      waited = 0;
      return milliseconds;
    },
  };
}

function floats(values: HostArray): Float32Array<ArrayBuffer> {
  if (values instanceof Float32Array && values.buffer instanceof ArrayBuffer) {
    return new Float32Array(values.buffer, values.byteOffset, values.length);
  }
  throw new TypeError("Cannot sum a tensor as its elements must be f32: they are i32");
}

function bytesOf(values: HostArray): Uint8Array<ArrayBuffer> {
  if (!(values.buffer instanceof ArrayBuffer)) throw new TypeError("Cannot send memory that threads share");
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
