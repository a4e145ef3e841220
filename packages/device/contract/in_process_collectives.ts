import type { Collectives } from "../collectives.ts";
import type { Device, HostArray } from "../device.ts";
import type { Tensor } from "../tensor.ts";

/** Values of a tensor, or numbers of the host. */
type Values = HostArray | readonly number[];

/** What a rank brings to a call, and where the result goes. */
interface Arrival {
  readonly values: readonly Values[];
  readonly resolve: (all: readonly Arrival[]) => void;
}

/** Lets the ranks of a group go on when all of them have arrived. */
class Meeting {
  readonly #size: number;
  #arrivals: (Arrival | undefined)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** What all ranks brought, in the order of the ranks. */
  join(rank: number, values: readonly Values[]): Promise<readonly Arrival[]> {
    const { promise, resolve } = Promise.withResolvers<readonly Arrival[]>();
    this.#arrivals[rank] = { values, resolve };
    const all = this.#arrivals.flatMap((arrival) => arrival ?? []);
    if (all.length < this.#size) return promise;
    this.#arrivals = [];
    for (const arrival of all) arrival.resolve(all);
    return promise;
  }
}

/**
 * Collectives of several ranks inside one process, each with a device of its own, over the memory of the host: for
 * tests of code that runs in several processes. The ranks must run at the same time (`Promise.all`).
 *
 * @param devices The device of every rank
 * @returns The collectives of every rank
 *
 * @example Sum over two ranks
 * ```ts
 * import { inProcessCollectives } from "@beyond24/device/contract";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const devices = [createReferenceDevice(), createReferenceDevice()];
 * const sums = await Promise.all(inProcessCollectives(devices).map(async ({ rank, allReduce }) => {
 *   const device = devices[rank] ?? createReferenceDevice();
 *   const tensor = device.tensor([1], "f32");
 *   device.write(tensor, Float32Array.of(rank + 1));
 *   await allReduce([tensor]);
 *   return (await device.read(tensor))[0];
 * }));
 * assertEquals(sums, [3, 3]);
 * ```
 */
export function inProcessCollectives(devices: readonly Device[]): Collectives[] {
  const meeting = new Meeting(devices.length);
  return devices.map((device, rank) => collectivesOf(device, rank, devices.length, meeting));
}

function collectivesOf(device: Device, rank: number, size: number, meeting: Meeting): Collectives {
  const exchange = async (tensors: readonly Tensor[], join: (all: readonly Values[]) => HostArray) => {
    const values: HostArray[] = [];
    for (const tensor of tensors) values.push(await device.read(tensor));
    const all = await meeting.join(rank, values);
    for (const [i, tensor] of tensors.entries()) {
      device.write(tensor, join(all.map((arrival) => arrival.values[i] ?? new Float32Array())));
    }
  };
  const sum = (all: readonly Values[]) =>
    Float32Array.from(all[0] ?? [], (_, i) => all.reduce((total, values) => total + (values[i] ?? NaN), 0));
  const gather = (all: readonly Values[]): HostArray => {
    const result = hostArray(all[0]).slice();
    const length = result.length / size;
    if (!Number.isInteger(length)) {
      throw new RangeError(`Cannot gather ${result.length} elements as they must make ${size} equal parts`);
    }
    for (const [of, values] of all.entries()) {
      result.set(values.slice(of * length, (of + 1) * length), of * length);
    }
    return result;
  };
  return {
    rank,
    size,
    allReduce: (tensors) => exchange(tensors, sum),
    reduceScatter: (tensors) => exchange(tensors, sum),
    allGather: (tensors) => exchange(tensors, gather),
    broadcast: (tensors, root) => exchange(tensors, (all) => hostArray(all[root])),
    sum: async (numbers) => {
      const all = await meeting.join(rank, [numbers]);
      return numbers.map((_, i) => all.reduce((total, { values: [theirs] }) => total + (theirs?.[i] ?? NaN), 0));
    },
    barrier: () => exchange([], sum),
  };
}

function hostArray(values: Values = []): HostArray {
  return values instanceof Int32Array || values instanceof Float32Array ? values : Float32Array.from(values);
}
