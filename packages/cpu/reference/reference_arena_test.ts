import { assert, assertEquals, assertThrows } from "@std/assert";
import { createReferenceDevice } from "./reference_device.ts";

Deno.test("arena memory is poison until it is written, again after recycle() and reset()", async () => {
  const device = createReferenceDevice();
  const arena = device.arena();
  const isPoison = async () => (await device.read(tensor)).every((value) => Number.isNaN(value));
  const tensor = arena.tensor([5], "f32");
  assert(await isPoison());
  device.kernels.fill({ out: tensor, value: 1 });
  assert(!await isPoison());
  arena.recycle(tensor);
  assert(await isPoison());
  assertEquals(arena.tensor([5], "f32").storage, tensor.storage);
  device.kernels.fill({ out: tensor, value: 1 });
  arena.reset();
  assert(await isPoison());
});

Deno.test("i32 arena memory is no number that could be meant", async () => {
  const device = createReferenceDevice();
  const values = await device.read(device.arena().tensor([3], "i32"));
  assert(values.every((value) => value < -1e6));
});

Deno.test("packed arena memory holds NaN", async () => {
  const device = createReferenceDevice();
  const { values } = await device.readPacked24(device.arena().packed24(4, 8, "rows"));
  assert(values.every((value) => Number.isNaN(value)));
});

Deno.test("freed memory is poison", async () => {
  const device = createReferenceDevice();
  const tensor = device.tensor([5], "f32");
  device.free(tensor);
  assert((await device.read(tensor)).every((value) => Number.isNaN(value)));
});

Deno.test("nothing is freed or recycled twice", () => {
  const device = createReferenceDevice();
  const tensor = device.tensor([5], "f32");
  device.free(tensor);
  assertThrows(() => device.free(tensor), TypeError, "Cannot free a tensor as it is not alive");
  const arena = device.arena();
  const step = arena.tensor([5], "f32");
  arena.recycle(step);
  assertThrows(() => arena.recycle(step), TypeError, "Cannot recycle a tensor as it is not in use");
  assertThrows(() => arena.recycle(device.tensor([5], "f32")), TypeError, "Cannot recycle a tensor");
});

Deno.test("tensors of different sizes, types and axes never share memory", () => {
  const arena = createReferenceDevice().arena();
  const handles = [
    arena.tensor([4], "f32"),
    arena.tensor([4], "i32"),
    arena.tensor([4], "bf16"),
    arena.tensor([2], "f32"),
    arena.packed24(4, 4, "rows"),
    arena.packed24(4, 4, "cols"),
  ];
  for (const handle of handles) arena.recycle(handle);
  const again = [
    arena.packed24(4, 4, "cols"),
    arena.packed24(4, 4, "rows"),
    arena.tensor([2], "f32"),
    arena.tensor([4], "bf16"),
    arena.tensor([4], "i32"),
    arena.tensor([4], "f32"),
  ];
  assert(again.reverse().every(({ storage }, i) => storage === handles[i]?.storage));
});

Deno.test("tensors of another device are refused", () => {
  const device = createReferenceDevice();
  const foreign = { shape: [2], dtype: "f32", storage: { bytes: 8 }, offset: 0 } as const;
  assertThrows(() => device.write(foreign, Float32Array.of(1, 2)), TypeError, "it belongs to another device");
  assertThrows(() => device.free(foreign), TypeError, "Cannot free a tensor as it is not alive");
});

Deno.test("bf16 activations count two bytes and are rounded when they are stored", async () => {
  const device = createReferenceDevice({ activationType: "bf16" });
  const [x, out] = [device.tensor([1], "bf16"), device.tensor([1], "bf16")];
  assertEquals(device.liveBytes, 4);
  device.write(x, Float32Array.of(1.01));
  assertEquals(await device.read(x), Float32Array.of(1.0078125));
  device.kernels.squaredRelu({ x, out });
  assertEquals(await device.read(out), Float32Array.of(1.015625));
});
