import type { Packed24 } from "@beyond24/sparse24";
import type { KernelRecord } from "./device_profile.ts";
import type { Kernels } from "./kernels.ts";
import type { PackedMatrix24 } from "./packed24.ts";
import type { DType, Tensor } from "./tensor.ts";

export type { Packed24 };

/** What `Device.write` takes and `Device.read` gives: floats for every floating type, integers for `i32`. */
export type HostArray = Float32Array | Int32Array;

/** Where tensors come from. */
export interface Allocator {
  /** A tensor of zeros when persistent; with undefined contents when it comes from an {@linkcode Arena}. */
  tensor(shape: readonly number[], dtype: DType): Tensor;
  /**
   * A packed matrix whose contents are undefined until a kernel has written it.
   *
   * @throws {TypeError} when the extent of `axis` is not a multiple of 4
   */
  packed24(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24;
}

/**
 * Memory of one training step, released as a whole. The same sequence of requests gets the same memory (the same
 * storage and offset) in every step, so that a device can reuse what it recorded (bind groups, a CUDA graph).
 */
export interface Arena extends Allocator {
  /**
   * Gives a tensor back before the end of the step, for reuse by later requests of the same step. Pass what the arena
   * returned, not a view of it.
   */
  recycle(tensor: Tensor | PackedMatrix24): void;
  /** Ends the step: every tensor of this arena is invalid from here on; the memory stays with the arena. */
  reset(): void;
  /** Returns the memory to the device. */
  dispose(): void;
}

/** One device: memory, transfers, kernels. */
export interface Device extends Allocator {
  /** `"reference" | "cpu" | "webgpu" | "cuda"`. */
  readonly name: string;
  /** One line for a run's header: the hardware, libraries and paths in use. */
  readonly description: string;
  /**
   * The type that activations and the copies of weights which products read are given where nothing else is said; each
   * tensor and packed matrix names its own. Masters, gradients, optimizer moments, losses and statistics are always
   * f32.
   */
  readonly activationType: "f32" | "bf16" | "f16";
  /**
   * Rows to a multiple of which the segments of sorted tokens should be padded for the fastest grouped products. Any
   * other padding is right too. Default 1.
   */
  readonly segmentRows?: number;
  /**
   * Whether grouped products gather tokens while they multiply, and `squaredReluSelect24` clusters while it selects, so
   * that nobody copies them into their sorted order. Where it is not true, `gatherRows` and `gatherClusters` are to
   * sort them, and neither need take `gather`. Default false.
   */
  readonly gathersTokens?: boolean;
  /** Whether products take operands with a scale (`Tensor.scale`). Default false: they refuse them. */
  readonly takesScales?: boolean;
  /**
   * Whether its libraries time or compile kernels for every size of operands that they have not seen, which takes
   * longer than several calls: who can choose should then ask for few different sizes. Default false: a new size costs
   * nothing.
   */
  readonly tunesEachSize?: boolean;
  /** Tokens that a forward pass should have to keep it busy, where the caller may choose. Default 2048. */
  readonly passTokens?: number;
  /** Bytes of logits that one product over the vocabulary should make, for speed. Default 64 MiB. */
  readonly logitsBytes?: number;
  /** Bytes that tensors, packed matrices and arenas can have in all; missing where that is not known. */
  readonly memoryBytes?: number;
  /** FLOP a second of dense products in its activation type, by its maker's data sheet; missing where not known. */
  readonly peakFlops?: number | undefined;
  /** The operations. */
  readonly kernels: Kernels;
  /** Bytes in use by live tensors, packed matrices and arenas. */
  readonly liveBytes: number;
  /** A new step arena. */
  arena(): Arena;
  /** Frees a persistent tensor or packed matrix: what `tensor` or `packed24` returned, not a view of it. */
  free(tensor: Tensor | PackedMatrix24): void;
  /**
   * Copies host values into a tensor (floats are rounded to nearest even). It is ordered with the kernels.
   *
   * @throws {TypeError} when lengths or kinds differ
   */
  write(tensor: Tensor, values: HostArray): void;
  /**
   * Waits for the work before it and copies a tensor into a new array of the host, floats widened to f32. It is ordered
   * with kernels and writes: what is called behind it, while it waits, changes nothing of its result.
   */
  read(tensor: Tensor): Promise<HostArray>;
  /**
   * Waits and copies a packed matrix to the host in the canonical form. With `axis: "rows"` it is the canonical form of
   * the *transposed* matrix, whose groups run along its columns.
   */
  readPacked24(packed: PackedMatrix24): Promise<Packed24>;
  /**
   * Runs `record`, whose kernel calls are one unit of work. A device that can captures them the first time that it sees
   * `key` and replays them afterwards *without calling `record`*, returning what it returned then. So between calls
   * with the same key only the contents of tensors may change. A device that cannot just calls `record`; one that can
   * may also call it the first time, and capture the second, as a capture can neither load kernels nor time algorithms.
   */
  replay<Result>(key: string, record: () => Result): Result;
  /**
   * Forgets what was recorded under `owner` and a slash, in front of a name: whoever has freed the tensors of a
   * recorded unit calls it, as the next one of the same name would work with them.
   */
  forget(owner: string): void;
  /** Hands recorded work over to the hardware without waiting for it; the end of a training step. */
  submit(): void;
  /** Waits until all work handed over is done. */
  synchronize(): Promise<void>;
  /**
   * Waits, and gives what was measured of kernels since the last call. Missing on a device that cannot measure them.
   */
  takeProfile?(): Promise<KernelRecord[]>;
  /** Frees everything. The device is unusable afterwards. */
  dispose(): void;
}

/** The hardware went away (driver reset, removed, a kernel trapped): nothing on the device can be trusted any more. */
export class DeviceLostError extends Error {
  /** `"DeviceLostError"`. */
  override readonly name = "DeviceLostError";
}

/** The device has no room for an allocation. */
export class OutOfMemoryError extends Error {
  /** `"OutOfMemoryError"`. */
  override readonly name = "OutOfMemoryError";
}

/** A device was asked for that this machine or runtime does not have. */
export class DeviceUnavailableError extends Error {
  /** `"DeviceUnavailableError"`. */
  override readonly name = "DeviceUnavailableError";
}
