import { elementCount } from "@beyond24/device";
import type { KernelRecord } from "@beyond24/device";
import { tensorBytes } from "./_gpu_storage.ts";
import type { Launch } from "./_launch.ts";

/** Timestamps of a query set: WebGPU allows 4096. */
const CAPACITY = 4096;

interface Batch {
  readonly buffer: GPUBuffer;
  readonly launches: readonly Launch[];
}

/** Measures every launch with a pair of timestamps. */
export class Profiler {
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  #launches: Launch[] = [];
  #batches: Batch[] = [];

  constructor(readonly device: GPUDevice) {
    this.#queries = device.createQuerySet({ type: "timestamp", count: CAPACITY });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#resolved = device.createBuffer({ size: CAPACITY * 8, usage });
  }

  /** The pass of one launch; what no longer fits into a submit is not measured. */
  passDescriptor(launch: Launch): GPUComputePassDescriptor {
    const start = this.#launches.length * 2;
    if (start + 2 > CAPACITY) return { label: launch.kernel };
    this.#launches.push(launch);
    const timestampWrites = {
      querySet: this.#queries,
      beginningOfPassWriteIndex: start,
      endOfPassWriteIndex: start + 1,
    };
    return { label: launch.kernel, timestampWrites };
  }

  /** Copies the timestamps of a command buffer at its end. */
  resolve(encoder: GPUCommandEncoder): void {
    if (this.#launches.length === 0) return;
    const bytes = this.#launches.length * 16;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const buffer = this.device.createBuffer({ size: bytes, usage });
    encoder.resolveQuerySet(this.#queries, 0, this.#launches.length * 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, buffer, 0, bytes);
    this.#batches.push({ buffer, launches: this.#launches });
  }

  /** The next command buffer starts anew. */
  submitted(): void {
    this.#launches = [];
  }

  /** Waits for what was submitted and takes the measurements, in the order of the launches. */
  async take(): Promise<KernelRecord[]> {
    const batches = this.#batches;
    this.#batches = [];
    const records: KernelRecord[] = [];
    for (const { buffer, launches } of batches) {
      await buffer.mapAsync(GPUMapMode.READ);
      const times = new BigUint64Array(buffer.getMappedRange().slice(0));
      launches.forEach((launch, i) => {
        const [start = 0n, end = 0n] = [times[2 * i], times[2 * i + 1]];
        records.push({
          kernel: launch.kernel,
          startNanoseconds: Number(start),
          nanoseconds: Number(end - start),
          bytes: bytesOf(launch),
          flops: launch.flops ?? 0,
        });
      });
      buffer.destroy();
    }
    return records;
  }

  /** Frees everything. */
  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    for (const { buffer } of this.#batches) buffer.destroy();
  }
}

/** Bytes of all tensors of a launch: what it would move if it touched each element once. */
function bytesOf({ tensors }: Launch): number {
  return Object.values(tensors).reduce(
    (sum, { tensor: { shape, dtype } }) => sum + (elementCount(shape) === 0 ? 0 : tensorBytes(shape, dtype)),
    0,
  );
}
