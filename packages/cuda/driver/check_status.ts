import { DeviceLostError, OutOfMemoryError } from "@beyond24/device";

const OUT_OF_MEMORY = 2;
const CAPTURE_ERRORS_FROM = 900;
const CAPTURE_ERRORS_TO = 910;

/** Results after which every further call fails: a kernel trapped, or the hardware is gone. */
const LOST = new Set([46, 214, 220, 226, 402, 700, 702, 714, 715, 716, 717, 718, 719, 721, 999]);

/**
 * Throws the error that a driver result stands for; 0 is success.
 *
 * @throws {OutOfMemoryError} when there is no room
 * @throws {DeviceLostError} when a kernel trapped or the hardware is gone
 */
export function checkStatus(status: number, doing: string, describe: (status: number) => string): void {
  if (status === 0) return;
  const reason = `current value is CUDA error ${status} (${describe(status)})`;
  if (status === OUT_OF_MEMORY) throw new OutOfMemoryError(`Cannot ${doing} as the GPU has no room: ${reason}`);
  if (LOST.has(status)) {
    throw new DeviceLostError(
      `Cannot ${doing} as an earlier kernel failed and nothing on the GPU can be trusted: ${reason}; restart from ` +
        "the last checkpoint in a new process",
    );
  }
  if (status >= CAPTURE_ERRORS_FROM && status <= CAPTURE_ERRORS_TO) {
    throw new Error(`Cannot ${doing} as the operation is not allowed while a step is recorded: ${reason}`);
  }
  throw new Error(`Cannot ${doing} as the driver refused: ${reason}`);
}
