import { assertThrows } from "@std/assert";
import { DeviceLostError, OutOfMemoryError } from "@beyond24/device";
import { DeviceFailure } from "./_device_failure.ts";

/** As much of a device as a failure comes from. */
class FailingDevice extends EventTarget {
  readonly lost: Promise<GPUDeviceLostInfo>;
  lose: (reason: "unknown" | "destroyed", message: string) => void = () => {};

  constructor() {
    super();
    this.lost = new Promise((resolve) => {
      this.lose = (reason, message) => resolve({ reason, message } as GPUDeviceLostInfo);
    });
  }

  /** Reports an error that no scope catches. */
  refuse(message: string): void {
    this.dispatchEvent(Object.assign(new Event("uncapturederror"), { error: { message } }));
  }
}

function failureOf(device: FailingDevice): DeviceFailure {
  return new DeviceFailure(device as unknown as GPUDevice);
}

Deno.test("nothing is thrown while nothing is wrong", async () => {
  const failure = failureOf(new FailingDevice());
  failure.watchAllocation(Promise.resolve(null), 64, 0);
  await Promise.resolve();
  failure.check();
});

Deno.test("an error of an allocation is lack of memory, whatever else it causes", async () => {
  const device = new FailingDevice();
  const failure = failureOf(device);
  device.refuse("buffer is invalid");
  failure.watchAllocation(Promise.resolve({ message: "not enough memory left" }), 4096, 1024);
  await Promise.resolve();
  assertThrows(() => failure.check(), OutOfMemoryError, "4096 bytes");
  device.refuse("buffer is invalid");
  assertThrows(() => failure.check(), OutOfMemoryError, "1024 live bytes");
});

Deno.test("the loss of a device names the reason, unless it was disposed of", async () => {
  const device = new FailingDevice();
  const failure = failureOf(device);
  device.lose("unknown", "the driver was reset");
  await device.lost;
  assertThrows(() => failure.check(), DeviceLostError, "(unknown): the driver was reset");

  const disposed = new FailingDevice();
  const quiet = failureOf(disposed);
  quiet.dispose();
  disposed.lose("destroyed", "");
  disposed.refuse("too late");
  await disposed.lost;
  quiet.check();
});

Deno.test("the first refused command is told", () => {
  const device = new FailingDevice();
  const failure = failureOf(device);
  device.refuse("\nfirst");
  device.refuse("second");
  assertThrows(() => failure.check(), Error, "refused a command: first");
});
