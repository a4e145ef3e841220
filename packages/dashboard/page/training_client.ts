import type { FromWorker, LiveSettings, ToWorker } from "./training/protocol.ts";

/** A training in a worker, seen from the page. */
export class TrainingClient {
  readonly #onMessage: (message: FromWorker) => void;
  #worker: Worker | undefined;

  /** Hears what the worker says. */
  constructor(onMessage: (message: FromWorker) => void) {
    this.#onMessage = onMessage;
  }

  /** Starts a training; one that goes on is ended. */
  start(settings: LiveSettings): void {
    this.stop();
    this.#worker = new Worker("/worker.js", { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(data);
    this.#worker.onerror = ({ message }) => {
      this.#onMessage({ type: "failed", reason: "other", message: message || "Cannot load the training" });
    };
    this.#send({ type: "start", settings });
  }

  /** Holds the training after the step that it is in. */
  pause(): void {
    this.#send({ type: "pause" });
  }

  /** Goes on. */
  resume(): void {
    this.#send({ type: "resume" });
  }

  /** Ends the training and frees what it held. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
