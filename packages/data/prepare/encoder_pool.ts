import { DataError } from "../data_error.ts";
import type { Records } from "../documents/record_batch.ts";
import type { EncodedRecords } from "./encode_records.ts";
import type { WorkerAnswer, WorkerSettings } from "./prepare_worker.ts";

/** Threads that encode batches of records, each one at a time. Dispose of it to end them. */
export class EncoderPool implements Disposable {
  /** Number of threads. */
  readonly size: number;
  readonly #workers: Worker[];
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  private constructor(workers: Worker[]) {
    this.size = workers.length;
    this.#workers = workers;
    this.#idle.push(...workers);
  }

  /**
   * Starts threads.
   *
   * @param size How many
   * @param settings How they are to encode
   * @throws {DataError} If a thread does not start
   */
  static async start(size: number, settings: WorkerSettings): Promise<EncoderPool> {
    const url = new URL("./prepare_worker.ts", import.meta.url);
    const workers = Array.from({ length: size }, () => new Worker(url, { type: "module" }));
    try {
      await Promise.all(workers.map((worker) => ask(worker, settings, [])));
      return new EncoderPool(workers);
    } catch (error) {
      for (const worker of workers) worker.terminate();
      throw error;
    }
  }

  /**
   * Encodes a batch as soon as a thread is free. Its memory goes to that thread.
   *
   * @throws {DataError} If the thread fails
   */
  async encode(records: Records): Promise<EncodedRecords> {
    const worker = this.#idle.pop() ?? await new Promise<Worker>((resolve) => this.#waiting.push(resolve));
    const transfer = records.kind === "texts" ? [records.bytes.buffer, records.ends.buffer] : [records.bytes.buffer];
    const answer = await ask(worker, records, transfer);
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    if (answer.kind === "encoded") return answer.encoded;
    throw new DataError("Cannot encode documents as a thread gave no tokens");
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

function ask(worker: Worker, message: WorkerSettings | Records, transfer: Transferable[]): Promise<WorkerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    if (data.kind === "failed") reject(new DataError(data.reason));
    else resolve(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new DataError(`Cannot encode documents as a thread failed: ${event.message}`));
  };
  worker.postMessage(message, transfer);
  return promise;
}
