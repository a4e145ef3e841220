import { type Device, elementCount, type Tensor } from "@beyond24/device";

/** Steps of which the device keeps the measurements before they are read. */
export const recorderCapacity = 16;

/** Measurements of the last steps, kept on the device so that the page reads many steps at once. */
export class StepRecorder {
  readonly #device: Device;
  readonly #tensors: readonly Tensor[];
  readonly #ring: Tensor;
  readonly #cursor: Tensor;
  #written = 0;

  /** Records these tensors, in this order. */
  constructor(device: Device, tensors: readonly Tensor[]) {
    this.#device = device;
    this.#tensors = tensors;
    const width = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    this.#ring = device.tensor([recorderCapacity, width], "f32");
    this.#cursor = device.tensor([1], "i32");
  }

  /** Where the elements of one of the tensors begin in a row. */
  offsetOf(tensor: Tensor): number {
    const index = this.#tensors.indexOf(tensor);
    return this.#tensors.slice(0, index).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  }

  /** Writes a row: a kernel only, so that it may be replayed; {@linkcode StepRecorder.advance} counts it. */
  record(): void {
    this.#device.kernels.recordRow({ values: this.#tensors, ring: this.#ring, cursor: this.#cursor });
  }

  /** Counts a row on the host. */
  advance(): void {
    this.#written++;
  }

  /** Waits for the device and gives the newest `count` rows, oldest first. */
  async read(count: number): Promise<Float32Array[]> {
    const values = Float32Array.from(await this.#device.read(this.#ring));
    const width = values.length / recorderCapacity;
    return Array.from({ length: count }, (_, index) => {
      const row = (this.#written - count + index) % recorderCapacity;
      return values.slice(row * width, (row + 1) * width);
    });
  }

  /** Frees the memory. */
  dispose(): void {
    this.#device.free(this.#ring);
    this.#device.free(this.#cursor);
  }
}
