import { assertEquals, assertThrows } from "@std/assert";
import { selectUnbiased24, unpack24 } from "@beyond24/sparse24";
import { gpuTest } from "../testing/on_gpu.ts";
import { randomValues } from "@beyond24/device/contract";
import { sampleTokens } from "@beyond24/generation";
import { modelPresets, sparsityPlans } from "@beyond24/recipe";
import { clusterTransformer, createTransformer } from "@beyond24/transformer";
import { recordingDevice } from "../testing/testing.ts";
import { createCudaDevice } from "../create_cuda_device.ts";

Deno.test("replay runs, then records, then replays without calling the function", async () => {
  const { device, driver } = await recordingDevice();
  const x = device.tensor([8], "bf16");
  let calls = 0;
  const step = () =>
    device.replay("step", () => {
      calls++;
      device.kernels.add({ a: x, b: x, out: x });
      return calls;
    });
  const before = driver.calls.length;
  assertEquals([step(), step(), step(), step()], [1, 2, 2, 2]);
  assertEquals(calls, 2);
  assertEquals(driver.calls.slice(before), ["beginCapture", "endCapture", "launchGraph", "launchGraph", "launchGraph"]);
});

Deno.test("tokens from a cache are one recorded step, launched for each of them", async () => {
  const { device, driver } = await recordingDevice();
  const sparsity = { plan: sparsityPlans.beyond, venom: { v: 8, n: 2, m: 8 } } as const;
  const model = createTransformer(device, { shape: modelPresets.tiny, sparsity }, 1);
  for (const mode of ["dense", "sparse"] as const) {
    if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
    const before = driver.calls.length;
    const options = { count: 6, temperature: 0, random: () => 0, mode, key: "sample" };
    // The recording driver computes nothing: all scores are 0, and the lowest token is the best.
    assertEquals(await Array.fromAsync(sampleTokens(model, [1, 2, 3], options)), [0, 0, 0, 0, 0, 0]);
    const calls = driver.calls.slice(before).filter((call) => /Capture|Graph/.test(call));
    // The first token is that of the prompt, and the step behind it only runs; the cache takes its graph along.
    assertEquals(calls, ["beginCapture", "endCapture", ...new Array(4).fill("launchGraph"), "destroyGraph"]);
  }
});

Deno.test("a recording that fails leaves the device usable", async () => {
  const { device, driver } = await recordingDevice();
  const x = device.tensor([8], "bf16");
  device.replay("step", () => {});
  assertThrows(() => device.replay("step", () => device.write(x, new Float32Array(8))), Error, "is being recorded");
  device.write(x, new Float32Array(8));
  device.kernels.add({ a: x, b: x, out: x });
  assertEquals(driver.calls.filter((call) => call === "endCapture").length, 1);
  assertEquals(driver.launches.length, 1);
});

Deno.test("what an owner recorded is forgotten, its graphs freed, and what others did stays", async () => {
  const { device, driver } = await recordingDevice();
  const x = device.tensor([8], "bf16");
  const calls: string[] = [];
  const run = (key: string) =>
    device.replay(key, () => {
      calls.push(key);
      device.kernels.add({ a: x, b: x, out: x });
    });
  const keys = ["session/dense", "session/norm", "sessions/dense"];
  for (const key of [...keys, ...keys]) run(key);
  const before = driver.calls.length;
  device.forget("session");
  assertEquals(driver.calls.slice(before), ["destroyGraph", "destroyGraph"]);
  calls.length = 0;
  for (const key of keys) run(key);
  assertEquals(calls, ["session/dense", "session/norm"]);
});

Deno.test("an arena gives the same storage in every step", async () => {
  const { device } = await recordingDevice();
  const arena = device.arena();
  const first = [arena.tensor([100], "f32"), arena.packed24(64, 128, "cols")];
  arena.reset();
  const second = [arena.tensor([100], "f32"), arena.packed24(64, 128, "cols")];
  assertEquals(first.map(({ storage }, i) => storage === second[i]?.storage), [true, true]);
});

Deno.test("freed tensors and tensors of other devices are refused", async () => {
  const { device } = await recordingDevice();
  const x = device.tensor([8], "bf16");
  device.free(x);
  assertThrows(() => device.kernels.add({ a: x, b: x, out: x }), TypeError, "has been freed");
  const foreign = { ...x, storage: { bytes: 16 } };
  assertThrows(() => device.kernels.add({ a: foreign, b: foreign, out: foreign }), TypeError, "another device");
});

gpuTest("a recorded selection draws anew when only the step on the device has changed", async () => {
  const device = await createCudaDevice();
  const [rows, cols, key] = [256, 128, 0xfedcba98];
  const x = device.tensor([rows, cols], "f32");
  // Exact in bf16, and so are their sums.
  const values = Float32Array.from(randomValues(rows * cols, 1), (value) => Math.round(value * 64) / 64);
  device.write(x, values);
  const packed = device.packed24(rows, cols, "rows");
  const step = device.tensor([1], "i32");
  for (let now = 0; now < 5; now++) {
    device.write(step, Int32Array.of(now));
    device.replay("draw", () => device.kernels.select24({ x, packed, unbiased: { key, step } }));
    const drawn = unpack24(await device.readPacked24(packed));
    const expected = selectUnbiased24(values, { rows, cols }, { seed: key ^ now, axis: "rows" });
    const transposed = expected.map((_, i) => expected[(i % rows) * cols + Math.floor(i / rows)] ?? NaN);
    assertEquals(drawn, transposed, `step ${now}`);
  }
  device.dispose();
});
