import { DeviceLostError, OutOfMemoryError } from "@beyond24/device";

/** Remembers what went wrong on the device until the host can be told: WebGPU reports errors later than calls. */
export class DeviceFailure {
  #error: Error | undefined;
  #isDisposed = false;

  constructor(readonly device: GPUDevice) {
    device.addEventListener("uncapturederror", (event) => this.#report((event as GPUUncapturedErrorEvent).error));
    device.lost.then(({ reason, message }) => {
      if (this.#isDisposed) return;
      this.#error = new DeviceLostError(
        `Cannot go on as the WebGPU device was lost (${reason}): ${message || "the driver gave no reason"}`,
      );
    });
  }

  /** Throws what went wrong, if anything did. */
  check(): void {
    if (this.#error) throw this.#error;
  }

  /** The error to throw when a promise of the device was rejected: the loss of the device if that was the cause. */
  async explain(rejection: unknown): Promise<Error> {
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, 50))]);
    return this.#error ?? (rejection instanceof Error ? rejection : new Error(String(rejection)));
  }

  /** Turns an error of an out-of-memory scope into an {@linkcode OutOfMemoryError}. */
  watchAllocation(scope: Promise<GPUError | null>, bytes: number, liveBytes: number): void {
    const remember = (error: GPUError | null) => {
      if (error === null) return;
      // What follows from a buffer that is not there is no news.
      this.#error = new OutOfMemoryError(
        `Cannot allocate ${bytes} bytes on the WebGPU device as it has no room beside ${liveBytes} live bytes: ` +
          `${error.message}`,
      );
    };
    scope.then(remember, () => {});
  }

  /** What happens from now on is expected. */
  dispose(): void {
    this.#isDisposed = true;
  }

  #report(error: GPUError): void {
    if (this.#isDisposed || this.#error) return;
    this.#error = new Error(`Cannot go on as the WebGPU device refused a command: ${error.message.trim()}`);
  }
}
