import { DeviceLostError, DeviceUnavailableError, OutOfMemoryError } from "@beyond24/device";
import { assertRejects, assertThrows } from "@std/assert";
import { checkStatus } from "./check_status.ts";
import { checkVersion } from "./open_driver.ts";
import { createCudaDevice } from "../create_cuda_device.ts";
import { RecordingDriver } from "./recording_driver.ts";

const describe = (status: number) => `code ${status}`;

Deno.test("driver results become the errors that callers catch", () => {
  checkStatus(0, "do a thing", describe);
  assertThrows(() => checkStatus(2, "allocate 7 bytes", describe), OutOfMemoryError, "Cannot allocate 7 bytes");
  assertThrows(() => checkStatus(700, "wait", describe), DeviceLostError, "CUDA error 700 (code 700)");
  assertThrows(() => checkStatus(719, "wait", describe), DeviceLostError, "last checkpoint");
  assertThrows(() => checkStatus(900, "copy", describe), Error, "while a step is recorded");
  assertThrows(() => checkStatus(1, "copy", describe), Error, "CUDA error 1");
});

Deno.test("an old driver is refused with both versions named", () => {
  checkVersion(13_000);
  assertThrows(
    () => checkVersion(12_080),
    DeviceUnavailableError,
    "must support CUDA 13.0 or later: current value is 12.8",
  );
});

Deno.test("an allocation that does not fit names its bytes", async () => {
  const device = await createCudaDevice({ driver: new RecordingDriver({ totalMemory: 1000 }) });
  assertThrows(() => device.tensor([1000], "f32"), OutOfMemoryError, "4000 bytes");
});

Deno.test({ name: "without the permission to use FFI it says so", permissions: { ffi: false } }, async () => {
  await assertRejects(() => createCudaDevice(), DeviceUnavailableError, "--allow-ffi");
});
