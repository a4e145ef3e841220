import { DeviceUnavailableError } from "@beyond24/device";
import { checkStatus } from "./check_status.ts";
import { addressOf, alignedBytes, zeroTerminated } from "./host_memory.ts";
import { describeStatus, type DriverLibrary, openDriver } from "./open_driver.ts";
import { readProperties } from "./read_properties.ts";
import { encodeTensorMap } from "./tensor_map.ts";
import type { PackedArguments } from "./pack_arguments.ts";
import type { Driver, DriverProperties, LaunchGeometry, PinnedMemory, TensorMapDescription } from "./driver.ts";

const NON_BLOCKING_STREAM = 1;
/** Lower numbers go first; the driver takes its own lowest where it is not as low. */
const HIGHEST_PRIORITY = -100;
const CAPTURE_RELAXED = 2;
const NOT_READY = 600;
const INVALID_VALUE = 1;
const MAX_DYNAMIC_SHARED_MEMORY = 8;
const JIT_ERROR_LOG = 5;
const JIT_ERROR_LOG_BYTES = 6;
const MAX_PARAMETER_BYTES = 4096;
const MAX_PARAMETERS = 64;

/**
 * The real CUDA driver through FFI: every call is synchronous and on this thread, whose current context it sets.
 *
 * @example Without a GPU it says so
 * ```ts
 * import { NativeDriver } from "@beyond24/cuda";
 * import { DeviceUnavailableError } from "@beyond24/device";
 * import { assert } from "@std/assert";
 *
 * try {
 *   assert(new NativeDriver().properties.computeCapability >= 80);
 * } catch (error) {
 *   assert(error instanceof DeviceUnavailableError);
 * }
 * ```
 */
export class NativeDriver implements Driver {
  /** Hardware and versions. */
  readonly properties: DriverProperties;
  /** The one stream, non-blocking. */
  readonly stream: bigint;
  readonly #library: DriverLibrary;
  readonly #slot = new BigUint64Array(1);
  readonly #parameters: Uint8Array;
  readonly #parameterAddress: bigint;
  readonly #parameterPointers = new BigUint64Array(MAX_PARAMETERS);

  /**
   * Opens GPU number `ordinal` and makes its primary context current: the libraries use the same one.
   *
   * @param ordinal Number of the GPU
   * @param properties What to pretend to be: compute capability 80 runs the kernels of the A100 on a later GPU
   */
  constructor(ordinal = 0, properties: Partial<DriverProperties> = {}) {
    // Before anything else: it says what is missing, also the permission that every pointer asks for.
    this.#library = openDriver();
    this.#parameters = alignedBytes(MAX_PARAMETER_BYTES, 64);
    this.#parameterAddress = addressOf(this.#parameters);
    const count = new Int32Array(1);
    this.#check(this.#library.cuDeviceGetCount(count), "count the GPUs");
    if (!(ordinal >= 0 && ordinal < (count[0] ?? 0))) {
      throw new DeviceUnavailableError(
        `Cannot use GPU ${ordinal} as it does not exist: current value is ${count[0]} GPUs`,
      );
    }
    this.properties = { ...readProperties(this.#library, ordinal), ...properties };
    const context = this.#handle((out) => this.#library.cuDevicePrimaryCtxRetain(out, ordinal), "open the GPU");
    this.#check(this.#library.cuCtxSetCurrent(context), "open the GPU");
    this.stream = this.#handle((out) => this.#library.cuStreamCreate(out, NON_BLOCKING_STREAM), "create a stream");
  }

  /** See {@linkcode Driver.allocate}. */
  allocate(bytes: number): bigint {
    const doing = `allocate ${bytes} bytes on the GPU (${this.#freeBytes()} bytes are free)`;
    return this.#handle((out) => this.#library.cuMemAlloc_v2(out, BigInt(bytes)), doing);
  }

  /** See {@linkcode Driver.free}. */
  free(address: bigint): void {
    this.#check(this.#library.cuMemFree_v2(address), "free GPU memory");
  }

  /** See {@linkcode Driver.allocatePinned}. */
  allocatePinned(bytes: number): PinnedMemory {
    const doing = `reserve ${bytes} bytes of page-locked memory`;
    const address = this.#handle((out) => this.#library.cuMemHostAlloc(out, BigInt(bytes), 0), doing);
    const pointer = Deno.UnsafePointer.create(address);
    if (pointer === null) throw new Error(`Cannot ${doing} as the driver gave no address: current value is 0`);
    return { address, bytes: new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, bytes)) };
  }

  /** See {@linkcode Driver.freePinned}. */
  freePinned(memory: PinnedMemory): void {
    this.#check(this.#library.cuMemFreeHost(memory.address), "free page-locked memory");
  }

  /** See {@linkcode Driver.copyToDevice}. */
  copyToDevice(target: bigint, source: Uint8Array): void {
    if (source.length === 0) return;
    const view = source as Uint8Array<ArrayBuffer>;
    const status = this.#library.cuMemcpyHtoDAsync_v2(target, view, BigInt(source.length), this.stream);
    this.#check(status, `copy ${source.length} bytes to the GPU`);
  }

  /** See {@linkcode Driver.copyToHost}. */
  copyToHost(target: PinnedMemory, source: bigint, bytes: number): void {
    if (bytes === 0) return;
    const status = this.#library.cuMemcpyDtoHAsync_v2(target.address, source, BigInt(bytes), this.stream);
    this.#check(status, `copy ${bytes} bytes from the GPU`);
  }

  /** See {@linkcode Driver.copyWithin}. */
  copyWithin(target: bigint, source: bigint, bytes: number): void {
    if (bytes === 0) return;
    const status = this.#library.cuMemcpyDtoDAsync_v2(target, source, BigInt(bytes), this.stream);
    this.#check(status, `copy ${bytes} bytes within the GPU`);
  }

  /** See {@linkcode Driver.fill}. */
  fill(target: bigint, pattern: number, elementBytes: 1 | 2 | 4, count: number): void {
    if (count === 0) return;
    const { cuMemsetD8Async, cuMemsetD16Async, cuMemsetD32Async } = this.#library;
    const set = elementBytes === 1 ? cuMemsetD8Async : elementBytes === 2 ? cuMemsetD16Async : cuMemsetD32Async;
    this.#check(set(target, pattern, BigInt(count), this.stream), `fill ${count} elements`);
  }

  /** See {@linkcode Driver.loadModule}. */
  loadModule(ptx: string): bigint {
    const log = alignedBytes(8192, 16);
    const options = Int32Array.of(JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES);
    const values = BigUint64Array.of(addressOf(log), BigInt(log.length));
    const status = this.#library.cuModuleLoadDataEx(this.#slot, zeroTerminated(ptx), 2, options, values);
    if (status !== 0) {
      const text = new TextDecoder().decode(log.subarray(0, log.indexOf(0)));
      this.#check(status, `load a kernel (${text.trim() || "no log"})`);
    }
    return this.#slot[0] ?? 0n;
  }

  /** See {@linkcode Driver.loadFunction}. */
  loadFunction(module: bigint, name: string, sharedMemory: number): bigint {
    const text = zeroTerminated(name);
    const kernel = this.#handle((out) => this.#library.cuModuleGetFunction(out, module, text), `find kernel ${name}`);
    if (sharedMemory > 48 * 1024) {
      const status = this.#library.cuFuncSetAttribute(kernel, MAX_DYNAMIC_SHARED_MEMORY, sharedMemory);
      this.#check(status, `give kernel ${name} ${sharedMemory} bytes of shared memory`);
    }
    // Lazy loading would otherwise happen at the first launch, which may be inside a capture.
    this.#check(this.#library.cuFuncLoad(kernel), `load kernel ${name}`);
    return kernel;
  }

  /** See {@linkcode Driver.launch}. */
  launch(kernel: bigint, geometry: LaunchGeometry, parameters: PackedArguments): void {
    this.#parameters.set(parameters.bytes);
    parameters.offsets.forEach((offset, i) => this.#parameterPointers[i] = this.#parameterAddress + BigInt(offset));
    const [gx, gy, gz] = geometry.grid;
    const [bx, by, bz] = geometry.block;
    const shared = geometry.sharedMemory ?? 0;
    const status = this.#library.cuLaunchKernel(
      kernel,
      gx,
      gy,
      gz,
      bx,
      by,
      bz,
      shared,
      this.stream,
      this.#parameterPointers,
      null,
    );
    this.#check(status, `launch a kernel with grid ${geometry.grid} and block ${geometry.block}`);
  }

  /** See {@linkcode Driver.encodeTensorMap}. */
  encodeTensorMap(description: TensorMapDescription): Uint8Array {
    const map = alignedBytes(128, 64);
    this.#check(encodeTensorMap(this.#library, map, description), "encode a tensor map");
    return map;
  }

  /** See {@linkcode Driver.createEvent}. */
  createEvent(): bigint {
    return this.#handle((out) => this.#library.cuEventCreate(out, 0), "create an event");
  }

  /** See {@linkcode Driver.createStream}. */
  createStream(): bigint {
    const create = this.#library.cuStreamCreateWithPriority;
    return this.#handle((out) => create(out, NON_BLOCKING_STREAM, HIGHEST_PRIORITY), "create a stream");
  }

  /** See {@linkcode Driver.destroyStream}. */
  destroyStream(stream: bigint): void {
    this.#check(this.#library.cuStreamDestroy_v2(stream), "free a stream");
  }

  /** See {@linkcode Driver.recordEvent}. */
  recordEvent(event: bigint, stream: bigint = this.stream): void {
    this.#check(this.#library.cuEventRecord(event, stream), "record an event");
  }

  /** See {@linkcode Driver.waitEvent}. */
  waitEvent(event: bigint, stream: bigint = this.stream): void {
    this.#check(this.#library.cuStreamWaitEvent(stream, event, 0), "let a stream wait for an event");
  }

  /** See {@linkcode Driver.eventDone}. */
  eventDone(event: bigint): boolean {
    const status = this.#library.cuEventQuery(event);
    if (status === NOT_READY) return false;
    this.#check(status, "wait for the GPU");
    return true;
  }

  /** See {@linkcode Driver.elapsedMilliseconds}. */
  elapsedMilliseconds(start: bigint, end: bigint): number {
    const result = new Float32Array(1);
    this.#check(this.#library.cuEventElapsedTime_v2(result, start, end), "read the time between two events");
    return result[0] ?? 0;
  }

  /** See {@linkcode Driver.destroyEvent}. */
  destroyEvent(event: bigint): void {
    this.#check(this.#library.cuEventDestroy_v2(event), "free an event");
  }

  /** See {@linkcode Driver.beginCapture}. */
  beginCapture(): void {
    this.#check(this.#library.cuStreamBeginCapture_v2(this.stream, CAPTURE_RELAXED), "start recording a step");
  }

  /** See {@linkcode Driver.endCapture}. */
  endCapture(): bigint | undefined {
    const library = this.#library;
    const graph = this.#handle((out) => library.cuStreamEndCapture(this.stream, out), "end recording a step");
    const nodes = new BigUint64Array(1);
    this.#check(library.cuGraphGetNodes(graph, null, nodes), "count what was recorded");
    if (nodes[0] === 0n) {
      this.#check(library.cuGraphDestroy(graph), "free a recorded step");
      return undefined;
    }
    const executable = this.#handle((out) => library.cuGraphInstantiateWithFlags(out, graph, 0n), "build a graph");
    this.#check(library.cuGraphDestroy(graph), "free a recorded step");
    this.#check(library.cuGraphUpload(executable, this.stream), "upload a graph");
    return executable;
  }

  /** See {@linkcode Driver.launchGraph}. */
  launchGraph(graph: bigint): void {
    this.#check(this.#library.cuGraphLaunch(graph, this.stream), "run a recorded step");
  }

  /** See {@linkcode Driver.destroyGraph}. */
  destroyGraph(graph: bigint): void {
    this.#check(this.#library.cuGraphExecDestroy(graph), "free a graph");
  }

  /** See {@linkcode Driver.waitForStream}. */
  waitForStream(): void {
    this.#check(this.#library.cuStreamSynchronize(this.stream), "wait for the GPU");
  }

  /** See {@linkcode Driver.dispose}. */
  dispose(): void {
    // The primary context stays until the process ends: cuBLASLt and cuDNN have state in it and do not outlive it.
    this.#library.cuStreamDestroy_v2(this.stream);
  }

  #check(status: number, doing: string): void {
    checkStatus(status, doing, (value) => describeStatus(this.#library, value));
  }

  #handle(call: (out: BigUint64Array<ArrayBuffer>) => number, doing: string): bigint {
    this.#slot[0] = 0n;
    this.#check(call(this.#slot), doing);
    return this.#slot[0] ?? 0n;
  }

  #freeBytes(): bigint {
    const free = new BigUint64Array(1);
    const total = new BigUint64Array(1);
    const status = this.#library.cuMemGetInfo_v2(free, total);
    return status === INVALID_VALUE ? 0n : free[0] ?? 0n;
  }
}
