import { OutOfMemoryError } from "@beyond24/device";
import { checkTensorMap } from "./tensor_map.ts";
import type { PackedArguments } from "./pack_arguments.ts";
import type { Driver, DriverProperties, LaunchGeometry, PinnedMemory, TensorMapDescription } from "./driver.ts";

/** One kernel launch as the driver would have seen it. */
export interface RecordedLaunch {
  /** Name of the kernel. */
  readonly kernel: string;
  /** Grid, block, shared memory. */
  readonly geometry: LaunchGeometry;
  /** The packed arguments. */
  readonly parameters: PackedArguments;
}

/** What {@linkcode RecordingDriver} pretends to be. */
const PROPERTIES: DriverProperties = {
  name: "recording driver",
  uuid: "0123456789abcdef0123456789abcdef",
  totalMemory: 2 ** 37,
  cudaVersion: 13_000,
  computeCapability: 90,
  multiprocessors: 132,
  sharedMemoryOfBlock: 232_448,
};

/**
 * A stand-in of the CUDA driver for machines without a GPU: it hands out addresses, copies bytes in and out of them,
 * and writes down every launch, but computes nothing. It shows what would be launched, with which arguments.
 *
 * @example See what a kernel call launches
 * ```ts
 * import { createCudaDevice, RecordingDriver } from "@beyond24/cuda";
 * import { assertEquals } from "@std/assert";
 *
 * const driver = new RecordingDriver();
 * const device = await createCudaDevice({ driver });
 * const x = device.tensor([4, 8], "bf16");
 * device.kernels.squaredRelu({ x, out: device.tensor([4, 8], "bf16") });
 * assertEquals(driver.launches.length, 1);
 * ```
 */
export class RecordingDriver implements Driver {
  /** Pretends to be a Hopper GPU. */
  readonly properties: DriverProperties;
  /** A made-up handle. */
  readonly stream = 1n;
  /** Every launch so far. */
  readonly launches: RecordedLaunch[] = [];
  /** Other calls, in order: `"allocate 256"`, `"beginCapture"`, … */
  readonly calls: string[] = [];
  readonly #memory = new Map<bigint, Uint8Array>();
  readonly #functions = new Map<bigint, string>();
  readonly #modules = new Map<bigint, string>();
  #nextAddress = 0x7000_0000_0000n;
  #nextHandle = 16n;
  #allocated = 0;
  /** Launches, copies and fills since the last recording began. */
  #recorded = 0;

  /**
   * A driver without memory in use.
   *
   * @param properties What to pretend to be, where not an H200
   */
  constructor(properties: Partial<DriverProperties> = {}) {
    this.properties = { ...PROPERTIES, ...properties };
  }

  /** Hands out an address; throws when `totalMemory` is used up. */
  /** Bytes that are allocated and not freed. */
  get allocatedBytes(): number {
    return this.#allocated;
  }

  allocate(bytes: number): bigint {
    if (this.#allocated + bytes > this.properties.totalMemory) {
      throw new OutOfMemoryError(
        `Cannot allocate ${bytes} bytes as the GPU has no room: current value is ${this.#allocated}`,
      );
    }
    this.calls.push(`allocate ${bytes}`);
    const address = this.#nextAddress;
    this.#nextAddress += BigInt(Math.ceil(Math.max(bytes, 1) / 256) * 256);
    this.#memory.set(address, new Uint8Array(bytes));
    this.#allocated += bytes;
    return address;
  }

  /** Forgets an address. */
  free(address: bigint): void {
    const memory = this.#memory.get(address);
    if (memory === undefined) {
      throw new Error(`Cannot free GPU memory as it is not allocated: current value is ${address}`);
    }
    this.calls.push(`free ${memory.length}`);
    this.#allocated -= memory.length;
    this.#memory.delete(address);
  }

  /** Plain host memory. */
  allocatePinned(bytes: number): PinnedMemory {
    return { address: this.#nextHandle++, bytes: new Uint8Array(bytes) };
  }

  /** Nothing to do. */
  freePinned(_memory: PinnedMemory): void {}

  /** Copies in. */
  copyToDevice(target: bigint, source: Uint8Array): void {
    this.#bytes(target, source.length).set(source);
  }

  /** Copies out. */
  copyToHost(target: PinnedMemory, source: bigint, bytes: number): void {
    target.bytes.set(this.#bytes(source, bytes));
  }

  /** Copies between two addresses. */
  copyWithin(target: bigint, source: bigint, bytes: number): void {
    this.#bytes(target, bytes).set(this.#bytes(source, bytes));
    this.#recorded++;
  }

  /** Fills with the little-endian bytes of the pattern. */
  fill(target: bigint, pattern: number, elementBytes: 1 | 2 | 4, count: number): void {
    const bytes = this.#bytes(target, count * elementBytes);
    this.#recorded++;
    for (let i = 0; i < bytes.length; i++) bytes[i] = pattern >>> (8 * (i % elementBytes));
  }

  /** Keeps the text, so that only kernels which exist in it can be found. */
  loadModule(ptx: string): bigint {
    this.#modules.set(++this.#nextHandle, ptx);
    return this.#nextHandle;
  }

  /** Finds `.entry name(` in the text. */
  loadFunction(module: bigint, name: string, _sharedMemory: number): bigint {
    if (!this.#modules.get(module)?.includes(`.entry ${name}(`)) {
      throw new Error(`Cannot find kernel ${name} as the module must hold it: current value is module ${module}`);
    }
    this.#functions.set(++this.#nextHandle, name);
    return this.#nextHandle;
  }

  /** Writes the launch down. */
  launch(kernel: bigint, geometry: LaunchGeometry, parameters: PackedArguments): void {
    this.#recorded++;
    this.launches.push({ kernel: this.#functions.get(kernel) ?? "", geometry, parameters });
  }

  /** Checks the description; the 128 bytes hold nothing but its address. */
  encodeTensorMap(description: TensorMapDescription): Uint8Array {
    checkTensorMap(description);
    const map = new Uint8Array(128);
    new DataView(map.buffer).setBigUint64(0, description.address, true);
    return map;
  }

  /** A made-up handle. */
  createEvent(): bigint {
    return ++this.#nextHandle;
  }

  /** A made-up handle. */
  createStream(): bigint {
    return ++this.#nextHandle;
  }

  /** Nothing to do. */
  destroyStream(_stream: bigint): void {}

  /** Nothing runs, so nothing is waited for. */
  recordEvent(_event: bigint, _stream: bigint = this.stream): void {}

  /** Nothing runs, so nothing is waited for. */
  waitEvent(_event: bigint, _stream: bigint = this.stream): void {}

  /** Always. */
  eventDone(_event: bigint): boolean {
    return true;
  }

  /** Always 0: nothing runs. */
  elapsedMilliseconds(_start: bigint, _end: bigint): number {
    return 0;
  }

  /** Nothing to do. */
  destroyEvent(_event: bigint): void {}

  /** Writes the call down. */
  beginCapture(): void {
    this.calls.push("beginCapture");
    this.#recorded = 0;
  }

  /** Writes the call down; a made-up handle where something was recorded. */
  endCapture(): bigint | undefined {
    this.calls.push("endCapture");
    return this.#recorded === 0 ? undefined : ++this.#nextHandle;
  }

  /** Writes the call down. */
  launchGraph(_graph: bigint): void {
    this.calls.push("launchGraph");
  }

  /** Writes the call down. */
  destroyGraph(_graph: bigint): void {
    this.calls.push("destroyGraph");
  }

  /** Nothing runs. */
  waitForStream(): void {}

  /** Nothing to do. */
  dispose(): void {}

  #bytes(address: bigint, length: number): Uint8Array {
    for (const [start, memory] of this.#memory) {
      const offset = Number(address - start);
      if (offset >= 0 && offset + length <= memory.length) return memory.subarray(offset, offset + length);
    }
    throw new RangeError(
      `Cannot reach ${length} bytes as they leave the allocated memory: current value is ${address}`,
    );
  }
}
