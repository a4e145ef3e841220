import type { PackedArguments } from "./pack_arguments.ts";

/** What the hardware and its driver say about themselves. */
export interface DriverProperties {
  /** Name of the GPU, such as `NVIDIA H200`. */
  readonly name: string;
  /** What tells it from every other GPU: 32 hexadecimal digits. */
  readonly uuid: string;
  /** Bytes of device memory. */
  readonly totalMemory: number;
  /** CUDA version that the driver supports, major times 1000 plus minor times 10: 13000 is CUDA 13.0. */
  readonly cudaVersion: number;
  /** Compute capability, ten times major plus minor: 90 is Hopper. */
  readonly computeCapability: number;
  /** Number of streaming multiprocessors. */
  readonly multiprocessors: number;
  /** Largest shared memory of a block, in bytes. */
  readonly sharedMemoryOfBlock: number;
}

/** A grid of blocks, threads of a block, and what else a launch fixes. */
export interface LaunchGeometry {
  /** Blocks along x, y and z. */
  readonly grid: readonly [number, number, number];
  /** Threads along x, y and z. */
  readonly block: readonly [number, number, number];
  /** Bytes of dynamic shared memory. Default 0. */
  readonly sharedMemory?: number;
}

/** A strided view of device memory that the tensor memory accelerator reads box by box (a `CUtensorMap`). */
export interface TensorMapDescription {
  /** Type of the elements. */
  readonly type: "u8" | "u16" | "i32" | "f32" | "bf16";
  /** Address of the first element; a multiple of 16. */
  readonly address: bigint;
  /** Elements along each axis, innermost first; 1 to 5 axes. */
  readonly extents: readonly number[];
  /** Bytes from one element to the next along every axis but the innermost; multiples of 16. */
  readonly strides: readonly number[];
  /** Elements of a box along each axis, 1 to 256. */
  readonly box: readonly number[];
  /** Span in bytes over which 16-byte chunks are swapped in shared memory; 0 for none. */
  readonly swizzle: 0 | 32 | 64 | 128;
}

/** Page-locked host memory that the device copies to without a stop. */
export interface PinnedMemory {
  /** Address for the driver. */
  readonly address: bigint;
  /** The same memory for the host. */
  readonly bytes: Uint8Array;
}

/**
 * The part of the CUDA driver that the back end uses: one context, one stream for the kernels. Everything but the
 * queries is ordered on that stream unless another one is named. There are two implementations: the real one, and
 * {@linkcode RecordingDriver} for machines without a GPU.
 */
export interface Driver {
  /** Hardware and versions. */
  readonly properties: DriverProperties;
  /** Handle of the stream, for libraries. */
  readonly stream: bigint;
  /** Reserves device memory (256-byte aligned). Throws `OutOfMemoryError` with the bytes named. */
  allocate(bytes: number): bigint;
  /** Gives device memory back. */
  free(address: bigint): void;
  /** Reserves page-locked host memory. */
  allocatePinned(bytes: number): PinnedMemory;
  /** Gives page-locked memory back. */
  freePinned(memory: PinnedMemory): void;
  /** Copies host bytes to the device; the source may be changed as soon as the call returns. */
  copyToDevice(target: bigint, source: Uint8Array): void;
  /** Copies device bytes to page-locked memory; valid once an event recorded afterwards is done. */
  copyToHost(target: PinnedMemory, source: bigint, bytes: number): void;
  /** Copies within the device. */
  copyWithin(target: bigint, source: bigint, bytes: number): void;
  /** Sets `count` elements of 1, 2 or 4 bytes to a bit pattern. */
  fill(target: bigint, pattern: number, elementBytes: 1 | 2 | 4, count: number): void;
  /** Loads PTX text; gives a handle. */
  loadModule(ptx: string): bigint;
  /** Finds a kernel of a module and lets it use `sharedMemory` bytes of dynamic shared memory. */
  loadFunction(module: bigint, name: string, sharedMemory: number): bigint;
  /** Starts a kernel. */
  launch(kernel: bigint, geometry: LaunchGeometry, parameters: PackedArguments): void;
  /** The 128 bytes of a `CUtensorMap`, a kernel argument of alignment 64. */
  encodeTensorMap(description: TensorMapDescription): Uint8Array;
  /** A new event. */
  createEvent(): bigint;
  /**
   * A stream beside the one of the kernels. Its work goes first: blocks of a kernel that waits for room on the GPU
   * begin when blocks of the other stream end, and not when all of those have begun.
   */
  createStream(): bigint;
  /** Frees a stream that {@linkcode Driver.createStream} gave. */
  destroyStream(stream: bigint): void;
  /** Marks the present end of a stream. Default: that of the kernels. */
  recordEvent(event: bigint, stream?: bigint): void;
  /**
   * Lets what comes next on a stream wait until the work before an event is done; the host goes on. Default: that of
   * the kernels.
   */
  waitEvent(event: bigint, stream?: bigint): void;
  /** Whether the work before an event is done. Throws `DeviceLostError` when it failed. */
  eventDone(event: bigint): boolean;
  /** Milliseconds between two events that are done. */
  elapsedMilliseconds(start: bigint, end: bigint): number;
  /** Frees an event. */
  destroyEvent(event: bigint): void;
  /** From here on work is recorded instead of run. */
  beginCapture(): void;
  /** Ends the recording; gives a graph that can be launched, or nothing where nothing was recorded. */
  endCapture(): bigint | undefined;
  /** Runs a recorded graph. */
  launchGraph(graph: bigint): void;
  /** Frees a recorded graph. */
  destroyGraph(graph: bigint): void;
  /** Blocks this thread until the stream is empty. For set-up and tear-down only. */
  waitForStream(): void;
  /** Frees the stream and the context. */
  dispose(): void;
}
