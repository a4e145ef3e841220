import type { Arena, Device, DType, HostArray, Kernels, PackedMatrix24, Tensor } from "@beyond24/device";
import {
  checkedKernels,
  checkPackedShape,
  elementCount,
  roundTo,
  separatePasses,
  separateProducts,
} from "@beyond24/device";
import type { Packed24 } from "@beyond24/sparse24";
import { floats, HostStorage, integers } from "./_host_storage.ts";
import { type Memory, packedOver, tensorOver } from "./_memory.ts";
import { PackedStorage, packedStorage } from "./_packed_storage.ts";
import { type MemoryCounter, ReferenceArena } from "./_reference_arena.ts";
import * as referenceKernels from "./table.ts";

/** Options of {@linkcode createReferenceDevice}. */
export interface ReferenceDeviceOptions {
  /** Type that activations are rounded to when they are stored. Default `"f32"`. */
  readonly activationType?: "f32" | "bf16" | "f16";
}

/**
 * The device that the others are held against: plain loops over typed arrays, sums in float64, a result rounded once.
 * Arena memory that nobody has written, recycled memory and freed memory hold NaN (or an integer that cannot be meant),
 * so that a read too early or too late shows.
 *
 * With `activationType: "bf16"` it rounds what a bf16 device rounds: every activation when it is stored, nothing else.
 *
 * @example The product of two matrices
 * ```ts
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const a = device.tensor([1, 2], "f32");
 * const b = device.tensor([2, 1], "f32");
 * const out = device.tensor([1, 1], "f32");
 * device.write(a, Float32Array.of(1, 2));
 * device.write(b, Float32Array.of(3, 4));
 * device.kernels.matmul({ a, b, out });
 * assertEquals(await device.read(out), Float32Array.of(11));
 * device.dispose();
 * ```
 */
export function createReferenceDevice(options: ReferenceDeviceOptions = {}): Device {
  return new ReferenceDevice(options.activationType ?? "f32");
}

class ReferenceDevice implements Device, MemoryCounter {
  readonly name = "reference";
  readonly description: string;
  readonly takesScales = true;
  readonly kernels: Kernels = checkedKernels(separatePasses(separateProducts(referenceKernels)), this);
  readonly #live = new Set<Memory>();
  #liveBytes = 0;

  constructor(readonly activationType: "f32" | "bf16" | "f16") {
    this.description = `reference: plain TypeScript, float64 sums, ${activationType} activations`;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = new HostStorage(elementCount(shape), dtype);
    this.take(storage);
    return tensorOver(storage, shape);
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    checkPackedShape(rows, cols, axis);
    const storage = new PackedStorage(rows, cols, axis, this.activationType);
    this.take(storage);
    return packedOver(storage, rows, cols, axis);
  }

  arena(): Arena {
    return new ReferenceArena(this, this.activationType);
  }

  free({ storage }: Tensor | PackedMatrix24): void {
    if (!(storage instanceof HostStorage || storage instanceof PackedStorage) || !this.#live.has(storage)) {
      throw new TypeError("Cannot free a tensor as it is not alive on this device: free every tensor once");
    }
    storage.poison();
    this.release(storage);
  }

  write(tensor: Tensor, values: HostArray): void {
    const target = tensor.dtype === "i32" ? integers(tensor) : floats(tensor);
    if (values.length !== target.length || target.constructor !== values.constructor) {
      throw new TypeError(
        `Cannot write a tensor as ${tensor.dtype} [${tensor.shape}] takes ${target.length} elements of ` +
          `${target.constructor.name}: current value is ${values.length} of ${values.constructor.name}`,
      );
    }
    target.set(values);
    if (target instanceof Float32Array) roundTo(target, tensor.dtype);
  }

  read(tensor: Tensor): Promise<HostArray> {
    return Promise.resolve(tensor.dtype === "i32" ? integers(tensor).slice() : floats(tensor).slice());
  }

  readPacked24(packed: PackedMatrix24): Promise<Packed24> {
    const { rows, cols, values, metadata } = packedStorage(packed);
    return Promise.resolve({ rows, cols, values: values.slice(), metadata: metadata.slice() });
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
    for (const memory of this.#live) memory.poison();
    this.#live.clear();
    this.#liveBytes = 0;
  }

  /** Counts memory that is in use from now on. */
  take(memory: Memory): void {
    this.#live.add(memory);
    this.#liveBytes += memory.bytes;
  }

  /** Counts memory that is no longer in use. */
  release(memory: Memory): void {
    if (this.#live.delete(memory)) this.#liveBytes -= memory.bytes;
  }
}
