import { assertEquals } from "@std/assert";
import type { Tensor } from "@beyond24/device";
import { deviceTests } from "../_testing.ts";
import { createWebGpuDevice } from "../create_web_gpu_device.ts";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launch, Launcher } from "../_launch.ts";

const gpuTest = await deviceTests({ dtype: "f16" });

/** Halfway cases, what is special, and numbers below the smallest normal half; a multiple of four. */
const VALUES = [1 + 2 ** -11, 1 + 3 * 2 ** -11, -0, Infinity, -Infinity, NaN, 1e-3, 65519, 65520, 3e-6, -2.5e-8, 1e-9];

gpuTest("four elements at a time become the same halves as one", async () => {
  const device = await createWebGpuDevice({ dtype: "f16" });
  const source = device.tensor([VALUES.length], "f32");
  device.write(source, Float32Array.from(VALUES));
  const whole = device.tensor([VALUES.length], "f16");
  device.kernels.copy({ x: source, out: whole });
  const shifted: Tensor = { ...device.tensor([VALUES.length + 1], "f16"), shape: [VALUES.length], offset: 1 };
  device.kernels.copy({ x: source, out: shifted });
  assertEquals(await device.read(whole), await device.read(shifted));
  const back = device.tensor([VALUES.length], "f32");
  device.kernels.copy({ x: whole, out: back });
  assertEquals(await device.read(back), Float32Array.from(VALUES, Math.f16round));
  device.dispose();
});

Deno.test("four elements at a time where the count and all offsets allow it", () => {
  const launches: Launch[] = [];
  const launcher = { launch: (launch: Launch) => launches.push(launch) } as unknown as Launcher;
  const tensor = (count: number, offset: number): Tensor => ({
    shape: [count],
    dtype: "f32",
    offset,
    storage: { bytes: 0 },
  });
  const launch = (x: Tensor, out: Tensor) =>
    launchElementwise(launcher, { kernel: "test", text: [], inputs: { x }, outputs: { out } });
  launch(tensor(8, 4), tensor(8, 0));
  launch(tensor(8, 4), tensor(8, 2));
  launch(tensor(9, 4), tensor(9, 0));
  assertEquals(launches.map(({ tensors }) => tensors.out?.view), ["vector", "scalar", "scalar"]);
  assertEquals(launches.map(({ integers }) => integers?.count), [2, 8, 9]);
});
