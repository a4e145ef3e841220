import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { chromeTrace, DeviceLostError, DeviceUnavailableError, OutOfMemoryError } from "@beyond24/device";
import { profileTable, rowRange, summarizeProfile } from "@beyond24/device";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";
import { softwareTiles } from "./tile_choice.ts";
import { WebGpuDevice } from "./web_gpu_device.ts";

const gpuTest = await deviceTests();

gpuTest("writes between kernels take their turn and cost no submit", async () => {
  const device = await createWebGpuDevice();
  const [x, first, second] = ["x", "first", "second"].map(() => device.tensor([4], "f32"));
  assert(x && first && second);
  device.write(x, Float32Array.of(1, 2, 3, 4));
  device.kernels.copy({ x, out: first });
  device.write(x, Float32Array.of(5, 6, 7, 8));
  device.write(rowRange(x, 1, 2), Float32Array.of(0));
  device.kernels.copy({ x, out: second });
  assertEquals(device.submits, 0);
  device.submit();
  assertEquals(device.submits, 1);
  device.submit();
  assertEquals(device.submits, 1, "nothing waits: nothing to submit");
  assertEquals(await device.read(first), Float32Array.of(1, 2, 3, 4));
  assertEquals(await device.read(second), Float32Array.of(5, 0, 7, 8));
  device.dispose();
});

gpuTest("a replay calls its record once, and a write inside is refused", async () => {
  const device = await createWebGpuDevice();
  const x = device.tensor([1], "f32");
  const one = device.tensor([1], "f32");
  device.write(one, Float32Array.of(1));
  let calls = 0;
  for (let step = 0; step < 3; step++) {
    device.replay("add", () => {
      calls++;
      device.kernels.add({ a: x, b: one, out: x });
    });
    device.submit();
  }
  assertEquals([calls, device.submits, device.dispatches], [1, 3, 3]);
  assertEquals(await device.read(x), Float32Array.of(3));
  assertThrows(() => device.replay("write", () => device.write(x, Float32Array.of(0))), Error, "is being recorded");
  device.dispose();
});

gpuTest("a replay inside a replay is part of it", async () => {
  const device = await createWebGpuDevice();
  const x = device.tensor([1], "f32");
  const one = device.tensor([1], "f32");
  device.write(one, Float32Array.of(1));
  const increase = () => device.replay("increase", () => device.kernels.add({ a: x, b: one, out: x }));
  increase();
  const twice = () =>
    device.replay("twice", () => {
      increase();
      device.kernels.add({ a: x, b: x, out: x });
    });
  twice();
  twice();
  // ((0 + 1 + 1) · 2 + 1) · 2
  assertEquals(await device.read(x), Float32Array.of(10));
  device.dispose();
});

gpuTest("a tensor that is freed while commands wait lives until the submit", async () => {
  const device = await createWebGpuDevice();
  const [a, out] = [device.tensor([2], "f32"), device.tensor([2], "f32")];
  device.write(a, Float32Array.of(3, 4));
  device.kernels.add({ a, b: a, out });
  device.free(a);
  assertEquals(await device.read(out), Float32Array.of(6, 8));
  assertThrows(() => device.free(a), TypeError, "free every tensor once");
  device.dispose();
});

gpuTest("more rows than one dimension has workgroups", async () => {
  const device = await createWebGpuDevice();
  const count = 65535 * 64 + 100;
  const x = device.tensor([count], "f32");
  device.kernels.fill({ out: x, value: 2 });
  const out = device.tensor([1], "f32");
  device.kernels.sum({ x: rowRange(x, count - 200, count), out });
  assertEquals(await device.read(out), Float32Array.of(400));
  const counted = device.tensor([1], "i32");
  const rows = device.tensor([70000, 1], "f32");
  const [inverseRms, weight] = [device.tensor([70000], "f32"), device.tensor([1], "f32")];
  device.kernels.rmsNorm({ x: rows, weight, epsilon: 1, out: device.tensor([70000, 1], "f32"), inverseRms });
  device.kernels.countNonzero({ x: { ...inverseRms, shape: [70000, 1] }, out: counted });
  assertEquals(await device.read(counted), Int32Array.of(70000));
  device.dispose();
});

gpuTest("a buffer beyond the adapter's limits is refused at once", async () => {
  const device = await createWebGpuDevice();
  const { liveBytes } = device;
  assertThrows(() => device.tensor([2 ** 40], "f32"), OutOfMemoryError, "the adapter allows");
  assertEquals(device.liveBytes, liveBytes);
  device.dispose();
});

gpuTest("the loss of the device is told with its reason", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert(adapter);
  const gpuDevice = await adapter.requestDevice();
  const setup = { device: gpuDevice, description: "test", adapter: "", activationType: "f32", profile: false } as const;
  const device = new WebGpuDevice({ ...setup, tiles: softwareTiles, subgroups: "none" });
  const x = device.tensor([4], "f32");
  device.replay("owner/fill", () => device.kernels.fill({ out: x, value: 1 }));
  gpuDevice.destroy();
  await assertRejects(() => device.read(x), DeviceLostError, "lost (destroyed)");
  assertThrows(() => device.submit(), DeviceLostError);
  device.forget("owner"); // who frees what it had on a lost device is not stopped by that
});

gpuTest("a profile names every kernel", async () => {
  const device = await createWebGpuDevice({ profile: true });
  const [a, b, out] = [device.tensor([64, 64], "f32"), device.tensor([64, 64], "f32"), device.tensor([64, 64], "f32")];
  for (let step = 0; step < 2; step++) {
    device.kernels.matmul({ a, b, out });
    device.kernels.add({ a, b: out, out });
    device.submit();
  }
  const records = await device.takeProfile();
  assertEquals(records.map(({ kernel }) => kernel), ["matmul", "add", "matmul", "add"]);
  assert(records.every(({ nanoseconds }) => nanoseconds > 0));
  assertEquals(records[0]?.flops, 2 * 64 ** 3);
  assertEquals(records[0]?.bytes, 3 * 64 * 64 * 4);
  assertEquals(summarizeProfile(records).map(({ calls }) => calls), [2, 2]);
  assertEquals(JSON.parse(chromeTrace(records)).traceEvents.length, 4);
  assertEquals(profileTable(records).split("\n").length, 3);
  assertEquals(await device.takeProfile(), []);
  device.dispose();
});

Deno.test("a runtime without WebGPU is told so", async () => {
  const own = Object.getOwnPropertyDescriptor(navigator, "gpu");
  Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true });
  try {
    await assertRejects(() => createWebGpuDevice(), DeviceUnavailableError, "no navigator.gpu");
    Object.defineProperty(navigator, "gpu", {
      value: { requestAdapter: () => Promise.resolve(null) },
      configurable: true,
    });
    await assertRejects(() => createWebGpuDevice(), DeviceUnavailableError, "no adapter was found");
  } finally {
    if (own) Object.defineProperty(navigator, "gpu", own);
    else Reflect.deleteProperty(navigator, "gpu");
  }
});
