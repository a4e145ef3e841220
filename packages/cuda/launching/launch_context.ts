import type { Segments } from "@beyond24/device";
import type { Driver, LaunchGeometry } from "../driver/driver.ts";
import { CudaStorage, storageOf } from "../memory/storage.ts";
import type { DenseProducts } from "../libraries/dense_products.ts";
import type { AttentionLibrary } from "../libraries/attention_library.ts";
import type { ModuleName, PtxOf } from "./load_modules.ts";
import { type KernelArgument, packArguments } from "../driver/pack_arguments.ts";

/** A kernel inside a PTX module. */
export interface KernelEntry {
  /** Folder and file of its source. */
  readonly module: ModuleName;
  /** Name of the kernel in it. */
  readonly name: string;
}

/** Libraries that were found; what is missing is replaced by kernels of our own. */
export interface Libraries {
  /** cuBLASLt. */
  readonly products?: DenseProducts;
  /** cuDNN. */
  readonly attention?: AttentionLibrary;
}

/** What scratch memory is for: whatever an operation needs, or the sorted copy of tokens that it was to gather. */
export type ScratchUse = "operation" | "tokens";

/** Counters of blocks that there are, more than any product has tiles of columns. */
const COUNTERS = 2 ** 16;

/** What every launcher needs: the driver, loaded kernels, scratch memory. */
export class LaunchContext {
  /** Whether work is being recorded instead of run. */
  capturing = false;
  readonly #modules = new Map<ModuleName, bigint>();
  readonly #functions = new Map<string, { readonly kernel: bigint; readonly sharedMemory: number }>();
  readonly #wholeSegments = new Map<number, Segments>();
  readonly #scratch = new Map<ScratchUse, { address: bigint; bytes: number }[]>();
  #counters: bigint | undefined;

  constructor(readonly driver: Driver, readonly libraries: Libraries, readonly ptxOf: PtxOf) {}

  /** Starts a kernel; nothing happens when the grid is empty. */
  launch(entry: KernelEntry, geometry: LaunchGeometry, args: readonly KernelArgument[]): void {
    if (geometry.grid.includes(0)) return;
    this.driver.launch(this.#function(entry, geometry.sharedMemory ?? 0), geometry, packArguments(args));
  }

  /**
   * At least `bytes` of memory for the present operation; other uses have other bytes. All work is on one stream, so
   * the next operation may use the same bytes. Outgrown memory is kept: recorded steps still point to it.
   */
  scratch(bytes: number, use: ScratchUse = "operation"): bigint {
    const memory = this.#scratch.get(use) ?? [];
    this.#scratch.set(use, memory);
    const last = memory.at(-1);
    if (last !== undefined && last.bytes >= bytes) return last.address;
    const size = Math.max(2 ** 22, bytes, 2 * (last?.bytes ?? 0) < 2 ** 30 ? 2 * (last?.bytes ?? 0) : 0);
    const address = this.driver.allocate(size);
    memory.push({ address, bytes: size });
    return address;
  }

  /**
   * Counters of blocks that are done: u32, 0 in front of and behind every kernel that counts with them.
   *
   * @throws {RangeError} if there are not so many
   */
  counters(count: number): bigint {
    if (count > COUNTERS) {
      throw new RangeError(
        `Cannot count blocks as there are ${COUNTERS} counters: current value is ${count} that are to be counted`,
      );
    }
    if (this.#counters === undefined) {
      this.#counters = this.driver.allocate(4 * COUNTERS);
      this.driver.fill(this.#counters, 0, 4, COUNTERS);
    }
    return this.#counters;
  }

  /** One segment of `rows` rows. */
  wholeSegments(rows: number): Segments {
    const known = this.#wholeSegments.get(rows);
    if (known !== undefined) return known;
    const storage = new CudaStorage(this.driver.allocate(16), 8);
    this.driver.copyToDevice(storage.address, new Uint8Array(Int32Array.of(0, rows).buffer));
    const segments: Segments = { offsets: { shape: [2], dtype: "i32", storage, offset: 0 }, align: rows };
    this.#wholeSegments.set(rows, segments);
    return segments;
  }

  /** Frees the memory of the context's own. */
  dispose(): void {
    for (const { address } of [...this.#scratch.values()].flat()) this.driver.free(address);
    this.#scratch.clear();
    if (this.#counters !== undefined) this.driver.free(this.#counters);
    this.#counters = undefined;
    for (const { offsets } of this.#wholeSegments.values()) this.driver.free(storageOf(offsets).address);
    this.#wholeSegments.clear();
  }

  #function({ module, name }: KernelEntry, sharedMemory: number): bigint {
    // Names are unique over all modules (a test holds them to it).
    const known = this.#functions.get(name);
    if (known !== undefined && sharedMemory <= known.sharedMemory) return known.kernel;
    const kernel = this.driver.loadFunction(this.#load(module), name, sharedMemory);
    this.#functions.set(name, { kernel, sharedMemory });
    return kernel;
  }

  #load(module: ModuleName): bigint {
    const known = this.#modules.get(module);
    if (known !== undefined) return known;
    const handle = this.driver.loadModule(this.ptxOf(module));
    this.#modules.set(module, handle);
    return handle;
  }
}
