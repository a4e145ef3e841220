import { Worker } from "node:worker_threads";
import type { KernelExports } from "./kernel_module.ts";
import { openSgemm } from "../blas/open_sgemm.ts";

/** What a thread is given. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
  /** The BLAS library, when there is one, and the native address of the memory. */
  readonly blas: { readonly path: string; readonly base: number } | undefined;
}

/** How long threads may take to start, in milliseconds. */
const PATIENCE = 10_000;

/**
 * The body of a thread: it enters the module's loop and leaves it when the device is disposed. It travels as source
 * text, which needs no permission to read files, and so uses nothing from outside of itself.
 */
function serve({ module, memory, thread, threads, blas }: ThreadData, open: typeof openSgemm): void {
  const library = blas && open(blas.path, blas.base);
  const sgemm = library?.sgemm ?? (() => {});
  const instance = new WebAssembly.Instance(module, { env: { memory, sgemm } });
  const kernels = instance.exports as unknown as KernelExports;
  kernels.initialize(thread, threads);
  kernels.useBlas(library !== undefined);
  kernels.serve();
  library?.close();
}

/** Threads 1 and up of a device. Thread 0 is the caller's. */
export class ThreadPool {
  readonly #workers: Worker[];

  private constructor(workers: Worker[]) {
    this.#workers = workers;
  }

  /**
   * Starts the threads and waits until all listen.
   *
   * @param data What they share.
   * @param ready The shared word in which they count themselves.
   * @throws {Error} when a thread does not start
   */
  static async start(data: Omit<ThreadData, "thread">, ready: Int32Array): Promise<ThreadPool> {
    const workers: Worker[] = [];
    let failure: unknown;
    const source = `(${serve})(require("node:worker_threads").workerData, ${openSgemm})`;
    try {
      for (let thread = 1; thread < data.threads; thread++) {
        // Without an environment of its own a thread gets a copy of the whole one, which Deno would ask a permission
        // for.
        const worker = new Worker(source, { eval: true, workerData: { ...data, thread }, env: {} });
        worker.on("error", (error: unknown) => failure ??= error);
        // A program that forgets to dispose of its device may end all the same.
        worker.unref();
        workers.push(worker);
      }
      const deadline = performance.now() + PATIENCE;
      while (Atomics.load(ready, 0) < data.threads - 1) {
        if (failure) throw failure;
        if (performance.now() > deadline) throw new Error(`threads did not start within ${PATIENCE} ms`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } catch (error) {
      for (const worker of workers) void worker.terminate();
      throw error;
    }
    return new ThreadPool(workers);
  }

  /** Ends the threads; they have left their loop or are about to. */
  stop(): void {
    for (const worker of this.#workers) void worker.terminate();
    this.#workers.length = 0;
  }
}
