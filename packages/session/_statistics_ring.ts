import { type Device, elementCount, type Tensor } from "@beyond24/device";

/**
 * The last `capacity` rows of measurements, kept on the device so that the host reads many steps at once.
 */
export class StatisticsRing {
  readonly #device: Device;
  readonly #values: readonly Tensor[];
  readonly #ring: Tensor;
  readonly #cursor: Tensor;
  readonly #capacity: number;
  readonly #width: number;
  #written = 0;

  /**
   * Allocates the ring.
   *
   * @param device Where the values live
   * @param values What a row holds
   * @param capacity Most rows between two reads
   */
  constructor(device: Device, values: readonly Tensor[], capacity: number) {
    this.#device = device;
    this.#values = values;
    this.#capacity = capacity;
    this.#width = values.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    this.#ring = device.tensor([capacity, this.#width], "f32");
    this.#cursor = device.tensor([1], "i32");
  }

  /** Writes a row; a kernel only, safe inside `Device.replay`. Count it with {@linkcode StatisticsRing.advance}. */
  record(): void {
    this.#device.kernels.recordRow({ values: this.#values, ring: this.#ring, cursor: this.#cursor });
  }

  /** Counts a row on the host. */
  advance(): void {
    this.#written++;
  }

  /**
   * Waits for the device and reads the newest rows.
   *
   * @param count How many, at most the capacity
   * @returns The rows, oldest first
   */
  async read(count: number): Promise<Float32Array[]> {
    const values = Float32Array.from(await this.#device.read(this.#ring));
    return Array.from({ length: count }, (_, index) => {
      const row = (this.#written - count + index) % this.#capacity;
      return values.slice(row * this.#width, (row + 1) * this.#width);
    });
  }

  /** Frees the ring. */
  dispose(): void {
    this.#device.free(this.#ring);
    this.#device.free(this.#cursor);
  }
}
