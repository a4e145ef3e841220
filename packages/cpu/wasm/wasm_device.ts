import type { Arena, Device, DType, HostArray, Kernels, PackedMatrix24, Tensor } from "@beyond24/device";
import { BYTES_PER_ELEMENT, checkedKernels, elementCount, separatePasses, separateProducts } from "@beyond24/device";
import type { Packed24 } from "@beyond24/sparse24";
import { cpuKernels } from "./bindings/cpu_kernels.ts";
import { canonical24 } from "./canonical24.ts";
import { addressOf, CpuStorage, storageOf } from "./cpu_storage.ts";
import { readFloats, writeFloats } from "./half_floats.ts";
import type { Machine } from "./machine.ts";
import { packedOver } from "./packed_over.ts";
import { MAXIMUM_BYTES } from "./shared_memory.ts";
import { StepArena, type StorageSource } from "./step_arena.ts";

/** A device over a machine: tensors are blocks of its memory, kernels its operations. */
export class WasmDevice implements Device, StorageSource {
  readonly name = "cpu";
  readonly activationType = "f32";
  readonly memoryBytes = MAXIMUM_BYTES;
  readonly kernels: Kernels;
  readonly #machine: Machine;
  readonly #live = new Set<CpuStorage>();
  #liveBytes = 0;

  constructor(machine: Machine, readonly description: string) {
    this.#machine = machine;
    this.kernels = checkedKernels(separatePasses(separateProducts(cpuKernels(machine))));
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = this.take(elementCount(shape) * BYTES_PER_ELEMENT[dtype]);
    new Uint8Array(this.#machine.memory.buffer, storage.address, storage.bytes).fill(0);
    return { shape: [...shape], dtype, storage, offset: 0 };
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return packedOver(rows, cols, axis, (bytes) => this.take(bytes));
  }

  arena(): Arena {
    return new StepArena(this);
  }

  free(tensor: Tensor | PackedMatrix24): void {
    this.release(storageOf(this.#machine.memory, tensor));
  }

  write(tensor: Tensor, values: HostArray): void {
    const { memory } = this.#machine;
    const address = addressOf(memory, tensor);
    const count = elementCount(tensor.shape);
    const wantsIntegers = tensor.dtype === "i32";
    if (values.length !== count || values instanceof Int32Array !== wantsIntegers) {
      throw new TypeError(
        `Cannot write a tensor as ${tensor.dtype} [${tensor.shape}] takes ${count} elements of ` +
          `${
            wantsIntegers ? "Int32Array" : "Float32Array"
          }: current value is ${values.length} of ${values.constructor.name}`,
      );
    }
    if (values instanceof Int32Array) new Int32Array(memory.buffer, address, count).set(values);
    else writeFloats(memory, address, values, tensor.dtype);
  }

  read(tensor: Tensor): Promise<HostArray> {
    const { memory } = this.#machine;
    const address = addressOf(memory, tensor);
    const count = elementCount(tensor.shape);
    // A copy in memory of its own: a view would change with the next step.
    if (tensor.dtype === "i32") return Promise.resolve(new Int32Array(new Int32Array(memory.buffer, address, count)));
    return Promise.resolve(new Float32Array(readFloats(memory, address, count, tensor.dtype)));
  }

  readPacked24(packed: PackedMatrix24): Promise<Packed24> {
    const { memory } = this.#machine;
    const dense = readFloats(memory, addressOf(memory, packed), packed.rows * packed.cols, "f32");
    return Promise.resolve(canonical24(packed, dense));
  }

  replay<Result>(_key: string, record: () => Result): Result {
    return record();
  }

  forget(): void {}

  submit(): void {}

  synchronize(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    for (const storage of this.#live) storage.alive = false;
    this.#live.clear();
    this.#liveBytes = 0;
    this.#machine.dispose();
  }

  /** Takes a block. */
  take(bytes: number): CpuStorage {
    const { memory } = this.#machine;
    const storage = new CpuStorage(memory, memory.allocate(bytes), bytes);
    this.#live.add(storage);
    this.#liveBytes += bytes;
    return storage;
  }

  /** Gives a block back. */
  release(storage: CpuStorage): void {
    if (!this.#live.delete(storage)) return;
    storage.alive = false;
    this.#liveBytes -= storage.bytes;
    this.#machine.memory.release(storage.address, storage.bytes);
  }
}
