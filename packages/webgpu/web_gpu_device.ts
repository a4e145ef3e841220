import {
  type Arena,
  bindKernels,
  checkedKernels,
  type Device,
  type DType,
  type HostArray,
  type KernelRecord,
  type Kernels,
  type PackedMatrix24,
  separatePasses,
  type Tensor,
} from "@beyond24/device";
import type { Packed24 } from "@beyond24/sparse24";
import { CommandRecorder, type Recording } from "./_command_recorder.ts";
import { DeviceFailure } from "./_device_failure.ts";
import { type GpuStorage, gpuStorage, packedStorage } from "./_gpu_storage.ts";
import type { Launcher } from "./_launch.ts";
import { buffersOf, GpuMemory, takePacked, takeTensor } from "./_memory.ts";
import { canonicalPacked, WORD_ROWS } from "./_packed_layout.ts";
import { Profiler } from "./_profiler.ts";
import { checkHostArray, hostValues, storedValues } from "./_host_values.ts";
import { WebGpuArena } from "./_web_gpu_arena.ts";
import type { TileChoice, TileLimits } from "./tile_choice.ts";
import { copy } from "./kernels/copy.ts";
import * as webGpuKernels from "./kernels/table.ts";

/** What `createWebGpuDevice` has found out about an adapter. */
export interface WebGpuSetup {
  /** The device, owned by the {@linkcode WebGpuDevice} from here on. */
  readonly device: GPUDevice;
  /** One line about adapter and paths in use. */
  readonly description: string;
  /** {@linkcode adapterKey} of the adapter. */
  readonly adapter: string;
  /** Storage type of activations. */
  readonly activationType: "f32" | "f16";
  /** Tile sizes of products and attention. */
  readonly tiles: TileChoice;
  /** How shaders may use subgroups: after `enable subgroups;`, without that line, or not at all. */
  readonly subgroups: "enabled" | "plain" | "none";
  /** Whether every launch is measured. */
  readonly profile: boolean;
}

/** A WebGPU device: `createWebGpuDevice` makes one. */
export class WebGpuDevice implements Device {
  /** `"webgpu"`. */
  readonly name = "webgpu";
  /** Adapter and paths in use. */
  readonly description: string;
  /** {@linkcode adapterKey} of the adapter. */
  readonly adapter: string;
  /** Tile sizes in use. */
  readonly tiles: TileChoice;
  /** Storage type of activations. */
  readonly activationType: "f32" | "f16";
  /** Whole words of metadata: selections are then made within their products. */
  readonly segmentRows: number = WORD_ROWS;
  /** Tokens that keep a GPU busy. */
  readonly passTokens = 4096;
  /** The operations. */
  readonly kernels: Kernels;
  readonly #device: GPUDevice;
  readonly #failure: DeviceFailure;
  readonly #memory: GpuMemory;
  readonly #recorder: CommandRecorder;
  readonly #profiler: Profiler | undefined;
  readonly #launcher: Launcher;
  readonly #scratch = new Map<string, Tensor>();
  readonly #recordings = new Map<string, { recording: Recording; result: unknown }>();
  /** Buffers that nobody owns any more but that commands in front of the next submit use. */
  readonly #retired: GPUBuffer[] = [];

  /** Takes over a GPU device. */
  constructor(setup: WebGpuSetup) {
    this.#device = setup.device;
    this.description = setup.description;
    this.adapter = setup.adapter;
    this.tiles = setup.tiles;
    this.activationType = setup.activationType;
    this.#failure = new DeviceFailure(setup.device);
    this.#memory = new GpuMemory(setup.device, this.#failure);
    this.#profiler = setup.profile ? new Profiler(setup.device) : undefined;
    this.#recorder = new CommandRecorder(setup.device, this.#profiler);
    this.#launcher = {
      activationType: setup.activationType,
      tiles: setup.tiles,
      subgroups: setup.subgroups,
      mostBuffers: setup.device.limits.maxStorageBuffersPerShaderStage,
      launch: (launch) => this.#recorder.launch(launch),
      scratch: (name, elements, dtype) => this.#scratchTensor(name, elements, dtype),
    };
    this.kernels = checkedKernels(separatePasses(bindKernels(webGpuKernels, this.#launcher)));
  }

  /** Bytes of live tensors, packed matrices and arenas, in whole buffers. */
  get liveBytes(): number {
    return this.#memory.liveBytes - this.#scratchBytes();
  }

  /** What the device has room for. */
  get limits(): TileLimits {
    return this.#device.limits;
  }

  /** Submits so far: a training step is one. */
  get submits(): number {
    return this.#recorder.submits;
  }

  /** Dispatches so far. */
  get dispatches(): number {
    return this.#recorder.dispatches;
  }

  /** A tensor of zeros. */
  tensor(shape: readonly number[], dtype: DType): Tensor {
    this.#failure.check();
    return takeTensor((bytes) => this.#memory.take(bytes), shape, dtype);
  }

  /** A packed matrix. */
  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return takePacked((bytes) => this.#memory.take(bytes), this.activationType, rows, cols, axis);
  }

  /** A new step arena. */
  arena(): Arena {
    const source = {
      take: (bytes: number) => this.#memory.take(bytes),
      release: (storage: GpuStorage) => this.#release(storage),
    };
    return new WebGpuArena(source, this.activationType);
  }

  /** Frees a tensor or a packed matrix. */
  free(tensor: Tensor | PackedMatrix24): void {
    const buffers = buffersOf(tensor);
    if (buffers.length === 0 || !buffers.every((storage) => this.#memory.has(storage))) {
      throw new TypeError("Cannot free a tensor as it is not alive on this device: free every tensor once");
    }
    for (const storage of buffers) this.#release(storage);
  }

  /** Copies host values into a tensor, behind the kernels before it. */
  write(tensor: Tensor, values: HostArray): void {
    checkHostArray(tensor, values);
    if (this.#recorder.isRecording) {
      throw new Error("Cannot write a tensor as a replayed unit is being recorded: write before replay");
    }
    const storage = gpuStorage(tensor);
    const data = storedValues(values, tensor.dtype);
    const start = tensor.offset * data.BYTES_PER_ELEMENT;
    if (start % 4 !== 0 || data.byteLength % 4 !== 0) return this.#writeUnaligned(tensor, data);
    if (storage.usedIn < this.#recorder.submits) {
      this.#device.queue.writeBuffer(storage.buffer, start, data);
      return;
    }
    // Commands that wait for the submit use the buffer: the values take their turn behind them.
    this.#recorder.copy(this.#staged(data), 0, storage.buffer, start, data.byteLength);
  }

  /** Waits and copies a tensor to the host. */
  async read(tensor: Tensor): Promise<HostArray> {
    const { dtype, offset, shape } = tensor;
    const [width, count] = [dtype === "f16" ? 2 : 4, shape.reduce((product, extent) => product * extent, 1)];
    if (count === 0) return hostValues(new ArrayBuffer(0), dtype, 0, 0);
    const start = Math.floor(offset * width / 4) * 4;
    const bytes = Math.ceil((offset + count) * width / 4) * 4 - start;
    const data = await this.#download(gpuStorage(tensor), start, bytes);
    return hostValues(data, dtype, offset - start / width, count);
  }

  /** Waits and copies a packed matrix to the host in the canonical form. */
  async readPacked24(packed: PackedMatrix24): Promise<Packed24> {
    const { values, metadata } = packedStorage(packed);
    return canonicalPacked(packed, await this.read(values), await this.read(metadata));
  }

  /** Records the kernel calls of `record` the first time and encodes them again afterwards. */
  replay<Result>(key: string, record: () => Result): Result {
    const known = this.#recordings.get(key);
    if (known) {
      this.#recorder.replay(known.recording);
      return known.result as Result;
    }
    if (this.#recorder.isRecording) return record();
    const recorded = this.#recorder.record(record);
    this.#recordings.set(key, recorded);
    return recorded.result;
  }

  /**
   * Drops the recordings of an owner. What waits may read their arguments; that the GPU is lost is no reason to fail.
   */
  forget(owner: string): void {
    this.#recorder.submit();
    for (const [key, { recording }] of this.#recordings) {
      if (!key.startsWith(`${owner}/`)) continue;
      recording.uniforms.dispose();
      this.#recordings.delete(key);
    }
  }

  /** Hands recorded work over in one submit. */
  submit(): void {
    this.#failure.check();
    this.#recorder.submit();
    for (const buffer of this.#retired) buffer.destroy();
    this.#retired.length = 0;
  }

  /** Waits until all work handed over is done. */
  async synchronize(): Promise<void> {
    this.submit();
    await this.#device.queue.onSubmittedWorkDone();
    // Errors arrive as events, a turn of the event loop later.
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#failure.check();
  }

  /** The measurements since the last call; none unless the device was created with `profile`. */
  async takeProfile(): Promise<KernelRecord[]> {
    await this.synchronize();
    return await this.#profiler?.take() ?? [];
  }

  /** Frees everything. */
  dispose(): void {
    this.#failure.dispose();
    for (const { recording } of this.#recordings.values()) recording.uniforms.dispose();
    this.#recordings.clear();
    this.#scratch.clear();
    for (const buffer of this.#retired) buffer.destroy();
    this.#recorder.dispose();
    this.#memory.dispose();
    this.#device.destroy();
  }

  #release(storage: GpuStorage): void {
    this.#recorder.forget(storage);
    this.#memory.release(storage);
    if (storage.usedIn < this.#recorder.submits) storage.buffer.destroy();
    else this.#retired.push(storage.buffer);
  }

  #scratchBytes(): number {
    return this.#scratch.values().reduce((sum, { storage }) => sum + storage.bytes, 0);
  }

  #scratchTensor(name: string, elements: number, dtype: DType): Tensor {
    const key = `${name} ${elements} ${dtype}`;
    const known = this.#scratch.get(key);
    if (known) return known;
    const tensor = takeTensor((bytes) => this.#memory.take(bytes), [elements], dtype);
    this.#scratch.set(key, tensor);
    return tensor;
  }

  /** A buffer with the given bytes that lives until the next submit. */
  #staged(data: ArrayBufferView<ArrayBuffer>): GPUBuffer {
    const size = Math.ceil(data.byteLength / 16) * 16;
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ label: "staged write", size, usage });
    this.#device.queue.writeBuffer(buffer, 0, data);
    this.#retired.push(buffer);
    return buffer;
  }

  /** Halves that start or end between two words: WebGPU copies whole words only, so a kernel puts them in place. */
  #writeUnaligned(tensor: Tensor, data: ArrayBufferView<ArrayBuffer>): void {
    const whole = new Uint8Array(Math.ceil(data.byteLength / 4) * 4);
    whole.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const staged = takeTensor((bytes) => this.#memory.take(bytes), tensor.shape, tensor.dtype);
    this.#device.queue.writeBuffer(gpuStorage(staged).buffer, 0, whole);
    copy(this.#launcher, { x: staged, out: tensor });
    this.#release(gpuStorage(staged));
  }

  async #download(storage: GpuStorage, start: number, bytes: number): Promise<ArrayBuffer> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const buffer = this.#device.createBuffer({ label: "read", size: bytes, usage });
    try {
      this.#recorder.copy(storage.buffer, start, buffer, 0, bytes);
      this.submit();
      await buffer.mapAsync(GPUMapMode.READ);
      this.#failure.check();
      return buffer.getMappedRange().slice(0);
    } catch (error) {
      throw await this.#failure.explain(error);
    } finally {
      buffer.destroy();
    }
  }
}
