import type { Parameter } from "@beyond24/autograd";
import { seededRandom } from "@beyond24/routing";
import { type Device, elementCount, partRange, reshape, rowRange, type Tensor } from "@beyond24/device";

/** A prime, so that rows of a tensor are never equal to each other. */
const POOL = 4_194_301;

/**
 * Normal numbers on the device, from which tensors are filled round and round: drawing 1.5e9 of them on the host takes
 * longer than the benchmark. The numbers repeat after {@linkcode POOL}, which no kernel's time depends on.
 */
export class RandomPool {
  readonly #device: Device;
  readonly #numbers: Tensor;
  #next = 0;

  constructor(device: Device, deviation: number) {
    this.#device = device;
    this.#numbers = device.tensor([POOL], "f32");
    device.write(this.#numbers, normalNumbers(POOL, deviation));
  }

  /** Fills the master weights and the copy that products read; what is filled next is the same for every share. */
  randomise(parameter: Parameter): Parameter {
    const { weight, value, share } = parameter;
    const start = this.#next;
    this.fill(value);
    if (weight.storage === value.storage) return parameter;
    const end = this.#next;
    // Of a shard it has to be the part that `value` has in its place.
    this.#next = (start + (share.isSharded ? partRange(value.shape, share).start : 0)) % POOL;
    this.fill(weight);
    this.#next = end;
    return parameter;
  }

  /** Fills a tensor of any floating type. */
  fill(tensor: Tensor): Tensor {
    const count = elementCount(tensor.shape);
    const flat = reshape(tensor, [count]);
    for (let done = 0; done < count;) {
      const length = Math.min(POOL - this.#next, count - done);
      const x = rowRange(this.#numbers, this.#next, this.#next + length);
      this.#device.kernels.copy({ x, out: rowRange(flat, done, done + length) });
      done += length;
      this.#next = (this.#next + length) % POOL;
    }
    return tensor;
  }
}

function normalNumbers(count: number, deviation: number): Float32Array {
  const next = seededRandom(12345);
  const uniform = () => 1 - next(); // above 0, of which there is no logarithm
  return Float32Array.from(
    { length: count },
    () => deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
