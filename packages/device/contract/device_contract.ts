import type { Device } from "../device.ts";
import { roundTo } from "../round_to.ts";
import { type DType, rowRange, type Tensor } from "../tensor.ts";
import { assertSame, assertTypeError } from "./close.ts";
import { Random } from "./random.ts";

/** One situation that a device has to master; it gets a fresh device. */
export interface DeviceCase {
  /** Says what it is about. */
  readonly name: string;
  /** Throws when the device breaks the contract. */
  run(device: Device): Promise<void>;
}

function equal(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

async function roundTrip(device: Device): Promise<void> {
  const random = new Random(7);
  for (const dtype of new Set<DType>(["f32", device.activationType])) {
    for (const count of [1, 3, 17, 257, 4096, 70001]) {
      const values = random.uniform(count);
      const tensor = device.tensor([count], dtype);
      device.write(tensor, values);
      roundTo(values, dtype);
      assertSame(await device.read(tensor), values, `${dtype} [${count}]`);
    }
  }
  const integers = random.integers(257, 2 ** 31);
  const tensor = device.tensor([257], "i32");
  device.write(tensor, integers);
  assertSame(await device.read(tensor), integers, "i32 [257]");
}

async function startsWithZeros(device: Device): Promise<void> {
  for (const dtype of new Set<DType>(["f32", "i32", device.activationType])) {
    const first = device.tensor([1000], dtype);
    device.kernels.fill({ out: first, value: 3 });
    device.free(first);
    assertSame(await device.read(device.tensor([1000], dtype)), new Array(1000).fill(0), `a new ${dtype} tensor`);
  }
}

async function writesViews(device: Device): Promise<void> {
  for (const dtype of new Set<DType>(["f32", device.activationType])) {
    const tensor = device.tensor([5, 3], dtype);
    device.write(rowRange(tensor, 1, 3), Float32Array.of(1, 2, 3, 4, 5, 6));
    assertSame(await device.read(tensor), [0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0], `${dtype} around a view`);
    assertSame(await device.read(rowRange(tensor, 2, 4)), [4, 5, 6, 0, 0, 0], `${dtype} another view`);
  }
}

/** The host may change its array as soon as `write` has returned. */
async function copiesOnWrite(device: Device): Promise<void> {
  const values = Float32Array.of(1, 2, 3);
  const tensor = device.tensor([3], "f32");
  device.write(tensor, values);
  values.fill(9);
  assertSame(await device.read(tensor), [1, 2, 3], "what was written");
}

/** Writes take their turn between kernels. */
async function ordersWrites(device: Device): Promise<void> {
  const x = device.tensor([3], "f32");
  const first = device.tensor([3], "f32");
  const second = device.tensor([3], "f32");
  device.write(x, Float32Array.of(1, 2, 3));
  device.kernels.copy({ x, out: first });
  device.write(x, Float32Array.of(4, 5, 6));
  device.kernels.copy({ x, out: second });
  device.submit();
  await device.synchronize();
  assertSame(await device.read(first), [1, 2, 3], "before the second write");
  assertSame(await device.read(second), [4, 5, 6], "after it");
}

/** What is read is what the work before left, also where its memory is used again before the host has it. */
async function ordersReads(device: Device): Promise<void> {
  const arena = device.arena();
  const first = arena.tensor([3], "f32");
  device.kernels.fill({ out: first, value: 1 });
  const reading = device.read(first);
  arena.reset();
  const second = arena.tensor([3], "f32");
  device.kernels.fill({ out: second, value: 2 });
  const readingAgain = device.read(second);
  device.write(second, Float32Array.of(4, 5, 6));
  device.submit();
  assertSame(await device.read(second), [4, 5, 6], "after all of it");
  assertSame(await reading, [1, 1, 1], "before the memory was used again");
  assertSame(await readingAgain, [2, 2, 2], "before the write");
  arena.dispose();
}

function refusesWrongWrites(device: Device): Promise<void> {
  const floats = device.tensor([2, 3], "f32");
  const integers = device.tensor([4], "i32");
  assertTypeError(() => device.write(floats, new Float32Array(5)), "five values for six");
  assertTypeError(() => device.write(floats, new Int32Array(6)), "integers for floats");
  assertTypeError(() => device.write(integers, new Float32Array(4)), "floats for integers");
  return Promise.resolve();
}

function countsBytes(device: Device): Promise<void> {
  const baseline = device.liveBytes;
  const tensor = device.tensor([100], "f32");
  if (device.liveBytes < baseline + 400) throw new Error(`400 bytes are in use: current value is ${device.liveBytes}`);
  const packed = device.packed24(8, 16, "cols");
  const withPacked = device.liveBytes;
  const arena = device.arena();
  arena.tensor([1000], "f32");
  if (device.liveBytes < withPacked + 4000) throw new Error("The bytes of an arena do not count as live");
  arena.dispose();
  equal(device.liveBytes, withPacked, "live bytes after the arena is disposed");
  device.free(packed);
  device.free(tensor);
  equal(device.liveBytes, baseline, "live bytes after all is freed");
  return Promise.resolve();
}

function refusesBrokenGroups(device: Device): Promise<void> {
  assertTypeError(() => device.packed24(4, 6, "cols"), "6 columns in groups of four");
  assertTypeError(() => device.packed24(6, 4, "rows"), "6 rows in groups of four");
  return Promise.resolve();
}

/** The requests of one step, two of them from recycled memory. */
function requestStep(device: Device, arena: ReturnType<Device["arena"]>): Tensor[] {
  const first = arena.tensor([7, 5], "f32");
  const second = arena.tensor([33], device.activationType);
  arena.recycle(first);
  const third = arena.tensor([35], "f32");
  const packed = arena.packed24(8, 16, "cols");
  arena.recycle(packed);
  arena.packed24(8, 16, "cols");
  return [first, second, third, arena.tensor([3], "i32")];
}

function arenaRepeats(device: Device): Promise<void> {
  const arena = device.arena();
  const first = requestStep(device, arena);
  const bytes = device.liveBytes;
  for (let step = 0; step < 3; step++) {
    arena.reset();
    const again = requestStep(device, arena);
    first.forEach((tensor, i) => {
      equal(again[i]?.storage, tensor.storage, `storage of request ${i} in a later step`);
      equal(again[i]?.offset, tensor.offset, `offset of request ${i} in a later step`);
    });
    equal(device.liveBytes, bytes, "live bytes in a later step");
  }
  arena.dispose();
  return Promise.resolve();
}

/** Tensors of an arena that are alive together do not share memory. */
async function arenaSeparates(device: Device): Promise<void> {
  const arena = device.arena();
  const tensors = Array.from({ length: 20 }, (_, i) => arena.tensor([1 + (i * 7) % 13], i % 2 ? "f32" : "i32"));
  tensors.forEach((out, value) => device.kernels.fill({ out, value }));
  for (const [value, tensor] of tensors.entries()) {
    assertSame(await device.read(tensor), new Array(tensor.shape[0]).fill(value), `tensor ${value} of the arena`);
  }
  arena.dispose();
}

/** A replay sees new contents of the tensors that it was recorded with, and returns what the record returned. */
async function replays(device: Device): Promise<void> {
  const a = device.tensor([17], "f32");
  const out = device.tensor([17], "f32");
  for (let step = 0; step < 4; step++) {
    device.write(a, new Float32Array(17).fill(step));
    const result = device.replay("double", () => {
      device.kernels.add({ a, b: a, out });
      device.kernels.add({ a: out, b: a, out });
      return out;
    });
    equal(result.storage, out.storage, "what replay returns");
    assertSame(await device.read(out), new Array(17).fill(3 * step), `result of step ${step}`);
  }
}

/** Keys do not mix, and work around a replay keeps its order. */
async function replaysByKey(device: Device): Promise<void> {
  const x = device.tensor([5], "f32");
  const one = device.tensor([5], "f32");
  device.kernels.fill({ out: one, value: 1 });
  const increase = () => device.kernels.add({ a: x, b: one, out: x });
  const double = () => device.kernels.add({ a: x, b: x, out: x });
  for (let step = 0; step < 3; step++) {
    device.replay("increase", increase);
    device.kernels.add({ a: x, b: one, out: x });
    device.replay("double", double);
  }
  // x -> 2 (x + 2), three times from 0.
  assertSame(await device.read(x), new Array(5).fill(28), "the sum");
}

/** What was recorded for tensors that are freed is recorded anew for others; what another owner recorded stays. */
async function forgetsByOwner(device: Device): Promise<void> {
  const kept = device.tensor([3], "f32");
  for (let round = 1; round <= 3; round++) {
    const [x, out] = [device.tensor([3], "f32"), device.tensor([3], "f32")];
    device.write(x, new Float32Array(3).fill(round));
    for (let step = 0; step < 3; step++) {
      device.replay("a/double", () => device.kernels.add({ a: x, b: x, out }));
      device.replay("ab/add", () => device.kernels.add({ a: kept, b: kept, out: kept }));
      device.kernels.fill({ out: kept, value: round });
    }
    assertSame(await device.read(out), new Array(3).fill(2 * round), `twice ${round}`);
    for (const tensor of [x, out]) device.free(tensor);
    device.forget("a");
  }
  device.replay("ab/add", () => device.kernels.add({ a: kept, b: kept, out: kept }));
  assertSame(await device.read(kept), new Array(3).fill(6), "what another owner recorded");
}

async function packsCanonically(device: Device): Promise<void> {
  const x = device.tensor([1, 20], device.activationType);
  device.write(x, Float32Array.of(0, 5, 0, -2, 0, 0, 0, 0, 1, 2, 3, 4, -1, -1, -1, -1, 7, 0, 0, 0));
  const packed = device.packed24(1, 20, "cols");
  device.kernels.select24({ x, packed });
  const { rows, cols, values, metadata } = await device.readPacked24(packed);
  assertSame([rows, cols], [1, 20], "size");
  assertSame(values, [5, -2, 0, 0, 3, 4, -1, -1, 7, 0], "values");
  assertSame(metadata, [0x4eed, 0x8], "metadata");
}

/** Calls that do not fit throw before anything runs: the device wraps its kernels with `checkedKernels`. */
async function refusesWrongCalls(device: Device): Promise<void> {
  const { kernels } = device;
  const a = device.tensor([4, 8], device.activationType);
  const b = device.tensor([4, 8], device.activationType);
  const integers = device.tensor([4, 8], "i32");
  const rows = device.packed24(4, 8, "rows");
  kernels.fill({ out: a, value: 5 });
  assertTypeError(() => kernels.matmul({ a, b, out: device.tensor([4, 4], "f32") }), "K of 8 and 4");
  assertTypeError(() => kernels.matmul({ a: rows, b, out: a, transposeB: true }), "packed along the wrong axis");
  assertTypeError(() => kernels.add({ a, b: integers, out: a }), "floats plus integers");
  assertTypeError(() => kernels.squaredRelu({ x: a, out: a }), "in place where it is not allowed");
  assertTypeError(() => kernels.copy({ x: b, out: rowRange(a, 0, 3) }), "32 elements into 24");
  assertSame(await device.read(a), new Array(32).fill(5), "outputs of refused calls");
}

function hasIdentity(device: Device): Promise<void> {
  if (!device.name || !device.description) {
    throw new Error("A device needs a name and a description for a run's header");
  }
  return Promise.resolve();
}

/** What every device must do beside its kernels. */
export const deviceContract: readonly DeviceCase[] = [
  { name: "has a name and a description", run: hasIdentity },
  { name: "write and read", run: roundTrip },
  { name: "new tensors hold zeros", run: startsWithZeros },
  { name: "write and read of views", run: writesViews },
  { name: "write copies", run: copiesOnWrite },
  { name: "writes are ordered with kernels", run: ordersWrites },
  { name: "reads are ordered with what comes behind them", run: ordersReads },
  { name: "wrong writes are refused", run: refusesWrongWrites },
  { name: "live bytes", run: countsBytes },
  { name: "broken groups of four are refused", run: refusesBrokenGroups },
  { name: "an arena repeats itself", run: arenaRepeats },
  { name: "an arena keeps tensors apart", run: arenaSeparates },
  { name: "replay", run: replays },
  { name: "replay by key", run: replaysByKey },
  { name: "replay of an owner that is forgotten", run: forgetsByOwner },
  { name: "canonical packed form", run: packsCanonically },
  { name: "wrong calls are refused", run: refusesWrongCalls },
];
