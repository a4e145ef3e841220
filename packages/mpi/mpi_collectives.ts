import { type Collectives, type Device, elementCount, type HostArray, type Tensor } from "@beyond24/device";
import type { MpiWorld } from "./mpi_world.ts";

/** Elements that travel as one where tensors are smaller: a call has a price of its own, and memory has one too. */
const BUNDLE = 2 ** 20;

/**
 * Collectives of a device through the memory of the host, so that any device and any MPI library will do. Floats travel
 * as f32, which holds every value of the narrower types. Sums are made here, in the order of the ranks, so that a sum
 * has the same bits whichever way it goes.
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
  return {
    rank,
    size,
    description: world.description,
    async allReduce(tensors) {
      for (const bundle of bundles(tensors)) {
        const lengths = bundle.map(({ shape }) => elementCount(shape));
        const part = Math.ceil(total(lengths) / size);
        const all = await laidOut(device, bundle, lengths, part * size);
        await waiting(world.reduceScatter(all));
        all.copyWithin(rank * part, 0, part);
        await waiting(world.allGather(bytesOf(all)));
        let at = 0;
        for (const [i, tensor] of bundle.entries()) device.write(tensor, all.subarray(at, at += lengths[i] ?? 0));
      }
    },
    async reduceScatter(tensors) {
      for (const bundle of bundles(tensors)) {
        const parts = bundle.map(({ shape }) => partOf(shape, size));
        const all = await byRank(device, bundle, parts, size);
        await waiting(world.reduceScatter(all));
        let at = 0;
        for (const [i, tensor] of bundle.entries()) {
          device.write(ownPart(tensor, rank, parts[i] ?? 0), all.subarray(at, at += parts[i] ?? 0));
        }
      }
    },
    async allGather(tensors) {
      for (const bundle of bundles(tensors)) {
        const parts = bundle.map(({ shape }) => partOf(shape, size));
        const stride = total(parts);
        const all = new Int32Array(stride * size);
        let at = rank * stride;
        for (const [i, tensor] of bundle.entries()) {
          const part = parts[i] ?? 0;
          all.set(wordsOf(await device.read(ownPart(tensor, rank, part))), at);
          at += part;
        }
        await waiting(world.allGather(bytesOf(all)));
        at = 0;
        for (const [i, tensor] of bundle.entries()) {
          const words = ofTensor(all, { at, part: parts[i] ?? 0, stride });
          device.write(tensor, tensor.dtype === "i32" ? words : new Float32Array(words.buffer));
          at += parts[i] ?? 0;
        }
      }
    },
    async broadcast(tensors, root) {
      for (const tensor of tensors) {
        const values = await device.read(tensor);
        await waiting(world.broadcast(bytesOf(values), root));
        device.write(tensor, values);
      }
    },
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

/** The elements of tensors one after the other; where they fill all of it, those of one are not copied. */
async function laidOut(
  device: Device,
  bundle: readonly Tensor[],
  lengths: readonly number[],
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  const [only] = bundle;
  if (only !== undefined && lengths[0] === length) return floats(await device.read(only));
  const all = new Float32Array(length);
  let at = 0;
  for (const [i, tensor] of bundle.entries()) {
    all.set(floats(await device.read(tensor)), at);
    at += lengths[i] ?? 0;
  }
  return all;
}

/** The parts of a rank of all tensors together, rank by rank; those of one tensor lie so already. */
async function byRank(
  device: Device,
  bundle: readonly Tensor[],
  parts: readonly number[],
  size: number,
): Promise<Float32Array<ArrayBuffer>> {
  const stride = total(parts);
  if (bundle.length === 1) return await laidOut(device, bundle, [stride * size], stride * size);
  const all = new Float32Array(stride * size);
  let at = 0;
  for (const [i, tensor] of bundle.entries()) {
    const [part = 0, values] = [parts[i], floats(await device.read(tensor))];
    for (let of = 0; of < size; of++) all.set(values.subarray(of * part, (of + 1) * part), of * stride + at);
    at += part;
  }
  return all;
}

/** All parts of one tensor, out of those of several by rank. */
function ofTensor(
  all: Int32Array<ArrayBuffer>,
  { at, part, stride }: { readonly at: number; readonly part: number; readonly stride: number },
): Int32Array<ArrayBuffer> {
  if (part === stride) return all;
  const words = new Int32Array(part * all.length / stride);
  for (let from = at, to = 0; to < words.length; from += stride, to += part) {
    words.set(all.subarray(from, from + part), to);
  }
  return words;
}

/** Tensors in their order, those that are small together. */
function* bundles(tensors: readonly Tensor[]): Generator<readonly Tensor[]> {
  let bundle: Tensor[] = [];
  let length = 0;
  for (const tensor of tensors) {
    const count = elementCount(tensor.shape);
    if (bundle.length > 0 && length + count > BUNDLE) {
      yield bundle;
      [bundle, length] = [[], 0];
    }
    bundle.push(tensor);
    length += count;
  }
  if (length > 0) yield bundle;
}

function total(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Elements of a rank's part. */
function partOf(shape: readonly number[], size: number): number {
  const count = elementCount(shape);
  if (count % size === 0) return count / size;
  throw new RangeError(`Cannot cut ${count} elements as they must make ${size} equal parts: a part is ${count / size}`);
}

function ownPart(tensor: Tensor, rank: number, part: number): Tensor {
  return { ...tensor, shape: [part], offset: tensor.offset + rank * part };
}

function floats(values: HostArray): Float32Array<ArrayBuffer> {
  if (values instanceof Float32Array && values.buffer instanceof ArrayBuffer) {
    return new Float32Array(values.buffer, values.byteOffset, values.length);
  }
  throw new TypeError("Cannot sum a tensor as its elements must be f32: they are i32");
}

function wordsOf(values: HostArray): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

function bytesOf(values: HostArray): Uint8Array<ArrayBuffer> {
  if (!(values.buffer instanceof ArrayBuffer)) throw new TypeError("Cannot send memory that threads share");
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
