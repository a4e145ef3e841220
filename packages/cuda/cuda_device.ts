import type { Arena, Device, DType, HostArray, Kernels, PackedMatrix24, Tensor } from "@beyond24/device";
import { bindKernels, BYTES_PER_ELEMENT, checkedKernels, elementCount, separateProducts } from "@beyond24/device";
import { gpuLogitsBytes, knownGpuLimits } from "@beyond24/recipe";
import type { Packed24 } from "@beyond24/sparse24";
import * as cudaKernels from "./operations/table.ts";
import { decodeHostValues, encodeHostValues } from "./memory/host_values.ts";
import { formatVersion } from "./driver/open_driver.ts";
import { Replays } from "./launching/replays.ts";
import { StepArena } from "./memory/step_arena.ts";
import { addressOfTensor, CudaStorage, storageOf } from "./memory/storage.ts";
import { unpackDevice24 } from "./memory/unpack_device24.ts";
import type { Driver, PinnedMemory } from "./driver/driver.ts";
import { LaunchContext, type Libraries } from "./launching/launch_context.ts";
import type { PtxOf } from "./launching/load_modules.ts";
import { packedLayout } from "./memory/packed_layout.ts";

/** Milliseconds that the host waits for the GPU without a turn for others, and those before a timer is short enough. */
const [SOON, LONG] = [0.2, 4];

/** Something that works on a GPU beside the kernels of its device. */
export interface Companion {
  /** Called over and over while the host waits for the GPU; throws when that is in vain. */
  check(): void;
  /** Ends what still runs, and frees what it has. */
  dispose(): void;
}

/** An NVIDIA GPU as a {@linkcode Device}. */
export class CudaDevice implements Device {
  readonly name = "cuda";
  readonly activationType = "bf16";
  /** Rows of a tile of the sparse products. */
  readonly segmentRows = 128;
  /** On a Hopper; products of other GPUs would copy tokens each time. */
  readonly gathersTokens: boolean;
  /** cuBLASLt times its algorithms, and cuDNN compiles its attention; our own kernels take any size. */
  readonly tunesEachSize: boolean;
  /** Tokens that keep a large GPU busy. */
  readonly passTokens = 8192;
  /** A small part of the memory, yet large enough that the products over the vocabulary fill the device. */
  readonly logitsBytes: number;
  /** Memory of the GPU. */
  readonly memoryBytes: number;
  /** In bf16. */
  readonly peakFlops: number | undefined;
  readonly description: string;
  readonly kernels: Kernels;
  /** What works on the same GPU beside the kernels. */
  readonly companions: Set<Companion> = new Set();
  readonly #driver: Driver;
  readonly #context: LaunchContext;
  readonly #replays: Replays;
  readonly #tensors = new Set<CudaStorage>();
  readonly #arenas = new Set<StepArena>();
  readonly #idlePinned: PinnedMemory[] = [];
  readonly #idleEvents: bigint[] = [];

  constructor(driver: Driver, libraries: Libraries, ptxOf: PtxOf) {
    this.#driver = driver;
    this.memoryBytes = driver.properties.totalMemory;
    this.peakFlops = knownGpuLimits(driver.properties.name)?.flopsPerSecond;
    this.gathersTokens = driver.properties.computeCapability === 90;
    this.tunesEachSize = libraries.products !== undefined || libraries.attention !== undefined;
    this.logitsBytes = gpuLogitsBytes(this.memoryBytes);
    this.#context = new LaunchContext(driver, libraries, ptxOf);
    this.#replays = new Replays(this.#context);
    this.kernels = checkedKernels(separateProducts(bindKernels(cudaKernels, this.#context)));
    this.description = describe(driver, libraries);
  }

  /** The driver, for what works beside the kernels. */
  get driver(): Driver {
    return this.#driver;
  }

  /** Whether a step is being recorded. */
  get isRecording(): boolean {
    return this.#context.capturing;
  }

  /** Bytes of persistent tensors and arenas; scratch memory of kernels is the back end's own. */
  get liveBytes(): number {
    let bytes = 0;
    for (const storage of this.#tensors) bytes += storage.bytes;
    for (const arena of this.#arenas) bytes += arena.bytes;
    return bytes;
  }

  tensor(shape: readonly number[], dtype: DType): Tensor {
    const storage = this.#allocate(elementCount(shape) * BYTES_PER_ELEMENT[dtype]);
    return { shape: [...shape], dtype, storage, offset: 0 };
  }

  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    return {
      format: "2:4",
      rows,
      cols,
      axis,
      dtype: "bf16",
      storage: this.#allocate(packedLayout(rows, cols, axis).bytes),
    };
  }

  arena(): Arena {
    const arena = new StepArena(this.#driver, (disposed) => this.#arenas.delete(disposed));
    this.#arenas.add(arena);
    return arena;
  }

  free(tensor: Tensor | PackedMatrix24): void {
    const storage = storageOf(tensor);
    if (!this.#tensors.delete(storage)) {
      throw new TypeError("Cannot free a tensor as it must be persistent: current value is a tensor of an arena");
    }
    storage.live = false;
    this.#driver.free(storage.address);
  }

  write(tensor: Tensor, values: HostArray): void {
    const bytes = encodeHostValues(tensor, values);
    if (this.#context.capturing) {
      throw new Error("Cannot write a tensor as a step is being recorded: current value is a write inside replay");
    }
    this.#driver.copyToDevice(addressOfTensor(tensor), bytes);
  }

  async read(tensor: Tensor): Promise<HostArray> {
    const bytes = elementCount(tensor.shape) * BYTES_PER_ELEMENT[tensor.dtype];
    return await this.#copyOut(addressOfTensor(tensor), bytes, (copied) => decodeHostValues(tensor, copied));
  }

  async readPacked24(packed: PackedMatrix24): Promise<Packed24> {
    const { address, bytes } = storageOf(packed);
    return await this.#copyOut(address, bytes, (copied) => unpackDevice24(packed, copied));
  }

  replay<Result>(key: string, record: () => Result): Result {
    return this.#replays.run(key, record);
  }

  forget(owner: string): void {
    this.#replays.forget(owner);
  }

  /**
   * Calls `work` on the host between the kernels launched before and those launched behind it, in every replay of a
   * unit that is being recorded; at once outside of one.
   */
  callHost(work: () => void): void {
    this.#replays.callHost(work);
  }

  submit(): void {
    // Launches are handed over as they are made.
  }

  async synchronize(): Promise<void> {
    const event = this.#idleEvents.pop() ?? this.#driver.createEvent();
    this.#driver.recordEvent(event);
    await this.#waitFor(event);
    this.#idleEvents.push(event);
  }

  dispose(): void {
    // First, as freeing memory waits for all that runs.
    for (const companion of this.companions) companion.dispose();
    this.companions.clear();
    this.#replays.dispose();
    for (const arena of [...this.#arenas]) arena.dispose();
    for (const storage of this.#tensors) {
      storage.live = false;
      this.#driver.free(storage.address);
    }
    this.#tensors.clear();
    for (const memory of this.#idlePinned.splice(0)) this.#driver.freePinned(memory);
    for (const event of this.#idleEvents.splice(0)) this.#driver.destroyEvent(event);
    this.#context.dispose();
    this.#context.libraries.products?.dispose();
    this.#context.libraries.attention?.dispose();
    this.#driver.dispose();
  }

  #allocate(bytes: number): CudaStorage {
    const storage = new CudaStorage(this.#driver.allocate(Math.max(bytes, 16)), bytes);
    this.#driver.fill(storage.address, 0, 1, bytes);
    this.#tensors.add(storage);
    return storage;
  }

  async #copyOut<Result>(address: bigint, bytes: number, decode: (copied: Uint8Array) => Result): Promise<Result> {
    const pinned = this.#takePinned(bytes);
    this.#driver.copyToHost(pinned, address, bytes);
    await this.synchronize();
    const result = decode(pinned.bytes.subarray(0, bytes));
    this.#idlePinned.push(pinned);
    return result;
  }

  #takePinned(bytes: number): PinnedMemory {
    const index = this.#idlePinned.findIndex((memory) => memory.bytes.length >= bytes);
    const [memory] = index < 0 ? [] : this.#idlePinned.splice(index, 1);
    return memory ?? this.#driver.allocatePinned(Math.max(bytes, 4096));
  }

  /**
   * Polls: a blocking call would stop the event loop, and other threads have no CUDA context. What is over soon, such
   * as a token, must not wait for a timer, which takes more than a millisecond.
   */
  async #waitFor(event: bigint): Promise<void> {
    const start = performance.now();
    while (!this.#driver.eventDone(event)) {
      const waited = performance.now() - start;
      if (waited < SOON) continue;
      for (const companion of this.companions) companion.check();
      const isPatient = waited >= LONG;
      await new Promise<void>((resolve) => isPatient ? setTimeout(resolve, 0) : setImmediate(resolve));
    }
  }
}

function describe({ properties }: Driver, { products, attention }: Libraries): string {
  const { name, totalMemory, cudaVersion, computeCapability, multiprocessors } = properties;
  const parts = [
    name,
    `${(totalMemory / 2 ** 30).toFixed(1)} GiB`,
    `sm_${computeCapability}`,
    `${multiprocessors} multiprocessors`,
    `driver for CUDA ${formatVersion(cudaVersion)}`,
    products?.description ?? "own dense products (cuBLASLt not found)",
    attention?.description ?? "own attention (cuDNN not found)",
  ];
  return parts.join(", ");
}
