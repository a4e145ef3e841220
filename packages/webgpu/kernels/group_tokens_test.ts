import { assertEquals } from "@std/assert";
import { sortedCapacity } from "@beyond24/device";
import { groupTokens } from "@beyond24/routing";
import { deviceTests } from "../_testing.ts";
import { createWebGpuDevice } from "../create_web_gpu_device.ts";

const gpuTest = await deviceTests();

gpuTest("more experts than the workgroup that scans has invocations", async () => {
  const device = await createWebGpuDevice();
  const [tokens, expertCount, align] = [700, 600, 4];
  const chosen = Int32Array.from({ length: tokens }, (_, token) => (token * 389) % expertCount);
  const experts = device.tensor([tokens, 1], "i32");
  device.write(experts, chosen);
  const order = device.tensor([sortedCapacity(tokens, expertCount, align)], "i32");
  const positions = device.tensor([tokens, 1], "i32");
  const segments = { offsets: device.tensor([expertCount + 1], "i32"), align };
  const counts = device.tensor([expertCount], "i32");
  device.kernels.groupTokens({ experts, order, positions, segments, counts });
  const expected = groupTokens(chosen, { experts: expertCount, align });
  assertEquals(await device.read(segments.offsets), expected.offsets);
  const sorted = new Int32Array(order.shape[0] ?? 0).fill(-1);
  sorted.set(expected.order);
  assertEquals(await device.read(order), sorted);
  assertEquals(await device.read(positions), chosen.map((_, token) => sorted.indexOf(token)));
  device.dispose();
});
