import {
  checkedKernels,
  type DType,
  elementCount,
  KERNEL_NAMES,
  type KernelName,
  type Kernels,
  type PackedMatrix24,
  rowRange,
  type Tensor,
} from "@beyond24/device";
import { rehearseKernel } from "@beyond24/device/contract";
import { assertEquals, assertThrows } from "@std/assert";

/** Kernels that only remember what they were called with. */
function spy(): { kernels: Kernels; calls: [name: string | symbol, args: unknown][] } {
  const calls: [string | symbol, unknown][] = [];
  const kernels = new Proxy({} as Kernels, { get: (_, name) => (args: unknown) => void calls.push([name, args]) });
  return { kernels, calls };
}

function tensor(shape: readonly number[], dtype: DType = "f32"): Tensor {
  return { shape, dtype, storage: { bytes: 4 * elementCount(shape) }, offset: 0 };
}

function packed(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
  return { format: "2:4", rows, cols, axis, dtype: "f32", storage: { bytes: 0 } };
}

function refuses(call: (kernels: Kernels) => void, message: string): void {
  const { kernels, calls } = spy();
  assertThrows(() => call(checkedKernels(kernels)), TypeError, message);
  assertEquals(calls, []);
}

const shape = { sequences: 2, sequenceLength: 3, heads: 4, keyValueHeads: 2, headDim: 8 };
const attention = () => ({
  q: tensor([6, 32]),
  k: tensor([6, 16]),
  v: tensor([6, 16]),
  shape,
  out: tensor([6, 32]),
  logSumExp: tensor([2, 4, 3]),
});
const [x, i1, f1] = [tensor([6, 8]), tensor([1], "i32"), tensor([1])];
const segments = { offsets: tensor([3], "i32"), align: 4 };

/** Right calls to spoil: [R, D, F, C, E] = [6, 8, 16, 8, 2], two sequences of three tokens. */
const VALID = {
  groupedMatmulNeurons: { x, weights: packed(16, 8, "cols"), segments, out: tensor([6, 8]) },
  groupedMatmulFeatures: { y: x, weights: packed(16, 8, "rows"), segments, out: tensor([6, 8]) },
  groupedMatmulWeights: { y: packed(6, 8, "rows"), x, segments, out: tensor([16, 8]) },
  select24: { x, packed: packed(6, 8, "cols"), segments },
  squaredReluSelect24: {
    y1: x,
    segments,
    relu: packed(6, 8, "cols"),
    neurons: tensor([6, 8]),
    tokens: packed(6, 8, "rows"),
  },
  squaredReluBackwardSelect24: {
    dy2: x,
    segments,
    relu: packed(6, 8, "cols"),
    neurons: packed(6, 8, "cols"),
    tokens: tensor([6, 8]),
  },
  countNonzero: { x: packed(6, 8, "rows"), out: i1 },
  groupTokens: {
    experts: tensor([6, 1], "i32"),
    order: tensor([12], "i32"),
    positions: tensor([6, 1], "i32"),
    segments,
    counts: tensor([2], "i32"),
  },
  rmsNormBackward: {
    x,
    weight: tensor([8]),
    inverseRms: tensor([6]),
    dOut: tensor([6, 8]),
    dX: tensor([6, 8]),
    dWeight: tensor([8]),
  },
  rope: { x, out: x, heads: 2, cosines: tensor([3, 2]), sines: tensor([3, 2]) },
  cachedAttention: {
    ...{ q: tensor([1, 32]), keys: tensor([6, 16]), values: tensor([6, 16]), shape },
    ...{ places: i1, out: tensor([1, 32]) },
  },
  writeRows: { x: tensor([1, 8]), rows: i1, out: x },
  attention: attention(),
  adamW: {
    weight: x,
    gradient: tensor([6, 8]),
    mean: tensor([6, 8]),
    variance: tensor([6, 8]),
    gradientFactor: f1,
    schedule: tensor([3]),
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0.1,
  },
} satisfies { [Name in keyof Kernels]?: Parameters<Kernels[Name]>[0] };

/** Right calls of every kernel: those that its contract begins with. */
async function rightCalls(name: KernelName): Promise<unknown[]> {
  const { kernels, calls } = spy();
  await rehearseKernel(name, { kernels, activationType: "f32", tensor, packed24: packed });
  return calls.filter(([kernel]) => kernel === name).map(([, args]) => args);
}

/** Calls a kernel by name with arguments that belong to it. */
function callByName(kernels: Kernels, name: string, args: unknown): void {
  const kernel: unknown = Reflect.get(kernels, name);
  if (typeof kernel === "function") kernel.call(kernels, args);
}

for (const name of KERNEL_NAMES) {
  const [args] = await rightCalls(name);
  if (typeof args !== "object" || args === null) throw new Error(`The contract of ${name} does not begin with a call`);
  Deno.test(`checkedKernels() passes a right ${name} on as it is`, () => {
    const { kernels, calls } = spy();
    callByName(checkedKernels(kernels), name, args);
    assertEquals(calls, [[name, args]]);
  });

  const operands = Object.entries(args).filter(([, value]) =>
    typeof value === "object" && value !== null && "storage" in value
  );
  for (const [argument, value] of operands) {
    Deno.test(`checkedKernels() refuses ${name} with a scale of ${argument}`, () => {
      const scaled = { ...value, scale: tensor([1]) };
      refuses((kernels) => callByName(kernels, name, { ...args, [argument]: scaled }), "scale");
    });
  }
  for (const [argument, value] of operands.filter(([, value]) => isTensor(value))) {
    // Any type or any shape will do for what these fill or sum up.
    if (name === "fill") continue;
    Deno.test(`checkedKernels() refuses ${name} with another rank or type of ${argument}`, () => {
      const wrongType = { ...value, dtype: value.dtype === "i32" ? "f32" : "i32" };
      const wrongRank = { ...value, shape: [...value.shape, 1, 2] };
      refuses((kernels) => callByName(kernels, name, { ...args, [argument]: wrongType }), `Cannot run ${name} as`);
      if (name === "sum" && argument === "x") return;
      refuses((kernels) => callByName(kernels, name, { ...args, [argument]: wrongRank }), `Cannot run ${name} as`);
    });
  }
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "offset" in value;
}

Deno.test("checkedKernels() names rule and value", () => {
  const call = { a: tensor([2, 3]), b: tensor([4, 5]), out: tensor([2, 5]) };
  refuses((kernels) => kernels.matmul(call), "Cannot run matmul as b must be [3, N]: current value is [4, 5]");
});

Deno.test("checkedKernels() refuses two packed operands", () => {
  const call = { a: packed(8, 8, "cols"), b: packed(8, 8, "rows"), out: tensor([8, 8]) };
  refuses((kernels) => kernels.matmul(call), "at most one operand may be packed");
  const grouped = { ...VALID.groupedMatmulFeatures, y: packed(6, 8, "cols") };
  refuses((kernels) => kernels.groupedMatmulFeatures(grouped), "at most one operand may be packed");
});

Deno.test("checkedKernels() refuses groups along an axis that is not summed over", () => {
  const call = { a: packed(8, 8, "rows"), b: tensor([8, 8]), out: tensor([8, 8]) };
  refuses((kernels) => kernels.matmul(call), 'a must be packed along "cols": current value is rows');
  const { kernels, calls } = spy();
  checkedKernels(kernels).matmul({ ...call, transposeA: true });
  assertEquals(calls.length, 1);
});

Deno.test("checkedKernels() refuses F that is not E · C", () => {
  const call = { ...VALID.groupedMatmulNeurons, segments: { ...segments, offsets: tensor([4], "i32") } };
  refuses((kernels) => kernels.groupedMatmulNeurons(call), "F must be E · C: current value is F 16, E 3, C 8");
});

Deno.test("checkedKernels() refuses segments that do not fit to what is packed along tokens", () => {
  const odd = { ...segments, align: 6 };
  const rule = "segments.align must be a multiple of 4: current value is 6";
  refuses((kernels) => kernels.groupedMatmulWeights({ ...VALID.groupedMatmulWeights, segments: odd }), rule);
  refuses((kernels) => kernels.squaredReluSelect24({ ...VALID.squaredReluSelect24, segments: odd }), rule);
  refuses((kernels) => kernels.countNonzero({ ...VALID.countNonzero, segments: odd }), rule);
  const select = { x, packed: packed(8, 8, "rows"), segments: odd };
  refuses((kernels) => kernels.select24({ ...select, x: tensor([8, 8]) }), rule);
  const { kernels, calls } = spy();
  checkedKernels(kernels).groupedMatmulWeights({ ...VALID.groupedMatmulWeights, y: x, segments: odd });
  assertEquals(calls.length, 1);
});

Deno.test("checkedKernels() refuses segments that are no segments", () => {
  for (const align of [0, -4, 1.5, NaN]) {
    const rule = `segments.align must be a positive integer: current value is ${align}`;
    const call = { ...VALID.groupedMatmulNeurons, segments: { ...segments, align } };
    refuses((kernels) => kernels.groupedMatmulNeurons(call), rule);
    refuses((kernels) => kernels.groupTokens({ ...VALID.groupTokens, segments: { ...segments, align } }), rule);
  }
  const floats = { ...segments, offsets: tensor([3]) };
  const rule = "segments.offsets must be i32: current value is f32";
  refuses(
    (kernels) => kernels.squaredReluBackwardSelect24({ ...VALID.squaredReluBackwardSelect24, segments: floats }),
    rule,
  );
});

Deno.test("checkedKernels() refuses a row map that does not have a place for every sorted row", () => {
  const call = { ...VALID.groupedMatmulFeatures, out: tensor([4, 8]), rowMap: tensor([6], "i32") };
  const { kernels, calls } = spy();
  checkedKernels(kernels).groupedMatmulFeatures(call);
  assertEquals(calls.length, 1);
  const short = { ...call, rowMap: tensor([5], "i32") };
  refuses((kernels) => kernels.groupedMatmulFeatures(short), "rowMap must be [6]: current value is [5]");
  const floats = { ...call, rowMap: tensor([6]) };
  refuses((kernels) => kernels.groupedMatmulFeatures(floats), "rowMap must be i32: current value is f32");
});

Deno.test("checkedKernels() refuses an order that is too short", () => {
  const call = { ...VALID.groupTokens, order: tensor([8], "i32") };
  refuses((kernels) => kernels.groupTokens(call), "order must have sortedCapacity = 12 rows: current value is 8");
});

Deno.test("checkedKernels() refuses an unbiased selection that it cannot draw", () => {
  const unbiased = { key: 0xffffffff, step: tensor([1], "i32") };
  const call = { x, packed: packed(8, 8, "rows"), unbiased };
  const { kernels, calls } = spy();
  checkedKernels(kernels).select24({ ...call, x: tensor([8, 8]) });
  checkedKernels(kernels).squaredReluSelect24({ ...VALID.squaredReluSelect24, unbiased });
  assertEquals(calls.length, 2);
  const columns = { ...call, x: tensor([8, 8]), packed: packed(8, 8, "cols") };
  refuses((kernels) => kernels.select24(columns), 'packed must be packed along "rows" by an unbiased selection');
  const dense = { ...VALID.squaredReluBackwardSelect24, unbiased };
  refuses((kernels) => kernels.squaredReluBackwardSelect24(dense), "by an unbiased selection: current value is dense");
  for (const key of [-1, 0.5, 2 ** 32]) {
    const other = { ...VALID.squaredReluSelect24, unbiased: { ...unbiased, key } };
    refuses((kernels) => kernels.squaredReluSelect24(other), `from 0 to 2^32 - 1: current value is ${key}`);
  }
  const floatStep = { ...VALID.squaredReluSelect24, unbiased: { ...unbiased, step: tensor([1]) } };
  refuses((kernels) => kernels.squaredReluSelect24(floatStep), "unbiased.step must be i32");
});

Deno.test("checkedKernels() counts flips of weights only", () => {
  const call = { ...VALID.select24, flips: tensor([1], "i32") };
  refuses((kernels) => kernels.select24(call), "flips are those of weights");
});

Deno.test("checkedKernels() refuses heads that do not fit", () => {
  refuses((kernels) => kernels.rope({ ...VALID.rope, heads: 3 }), "columns of x must be heads · headDim = 12");
  refuses(
    (kernels) => kernels.rope({ ...VALID.rope, positions: i1 }),
    "positions must be [6]: current value is [1]",
  );
  refuses(
    (kernels) => kernels.cachedAttention({ ...VALID.cachedAttention, keys: tensor([5, 16]) }),
    "keys must be [6, 16]: current value is [5, 16]",
  );
  refuses(
    (kernels) => kernels.cachedAttention({ ...VALID.cachedAttention, places: tensor([2], "i32") }),
    "q must be [2, 32]: current value is [1, 32]",
  );
  const fresh = { k: tensor([1, 16]), v: tensor([1, 16]), cosines: tensor([3, 4]), sines: tensor([3, 4]) };
  const { kernels, calls } = spy();
  checkedKernels(kernels).cachedAttention({ ...VALID.cachedAttention, fresh });
  assertEquals(calls.length, 1);
  for (
    const [wrong, message] of [
      [{ v: tensor([1, 15]) }, "v must be [1, 16]: current value is [1, 15]"],
      [{ cosines: tensor([4, 4]) }, "cosines must be [3, 4]: current value is [4, 4]"],
      [{ k: fresh.v }, "k must not share memory with v"],
    ] as const
  ) {
    const call = { ...VALID.cachedAttention, fresh: { ...fresh, ...wrong } };
    refuses((kernels) => kernels.cachedAttention(call), message);
  }
  refuses(
    (kernels) => kernels.writeRows({ ...VALID.writeRows, out: tensor([6, 9]) }),
    "out must be [R, 8]: current value is [6, 9]",
  );
  const wrong = { ...VALID.attention, shape: { ...shape, keyValueHeads: 3 } };
  refuses((kernels) => kernels.attention(wrong), "keyValueHeads must divide heads");
});

Deno.test("checkedKernels() looks at products beside others, and at those in front of an activation", () => {
  const [a, b, out] = [tensor([2, 4]), tensor([4, 5]), tensor([2, 5])];
  const beside = [{ b: tensor([4, 7]), out: tensor([2, 6]) }];
  refuses((kernels) => kernels.matmul({ a, b, out, beside }), "out 1 beside must be [2, 7]: current value is [2, 6]");
  const shared = [{ b: tensor([4, 5]), out }];
  refuses((kernels) => kernels.matmul({ a, b, out, beside: shared }), "out 1 beside must not share memory with out");
  const product = { tokens: a, weights: tensor([6, 4]) };
  refuses((kernels) => kernels.squaredRelu({ x: tensor([2, 7]), product, out }), "x must be [2, 6]");
});

Deno.test("checkedKernels() refuses to overwrite what is still read", () => {
  const [a, b] = [tensor([4, 4]), tensor([4, 4])];
  refuses((kernels) => kernels.matmul({ a, b, out: b }), "out must not share memory with b");
  refuses((kernels) => kernels.squaredRelu({ x: a, out: a }), "out must not share memory with x");
});

Deno.test("checkedKernels() allows in place only exactly", () => {
  const larger = tensor([6, 4]);
  const [upper, lower] = [rowRange(larger, 0, 4), rowRange(larger, 1, 5)];
  const { kernels, calls } = spy();
  checkedKernels(kernels).add({ a: upper, b: tensor([4, 4]), out: { ...upper } });
  assertEquals(calls.length, 1);
  refuses((checked) => checked.add({ a: upper, b: tensor([4, 4]), out: lower }), "out must not share memory with a");
});

Deno.test("checkedKernels() allows neighbours in one storage", () => {
  const larger = tensor([8, 4]);
  const { kernels, calls } = spy();
  checkedKernels(kernels).squaredRelu({ x: rowRange(larger, 0, 4), out: rowRange(larger, 4, 8) });
  assertEquals(calls.length, 1);
});

Deno.test("checkedKernels() refuses two results in one place", () => {
  const call = { ...VALID.rmsNormBackward, dX: VALID.rmsNormBackward.x };
  refuses((kernels) => kernels.rmsNormBackward(call), "dX must not share memory with x");
  const twice = { ...VALID.adamW, mean: VALID.adamW.variance };
  refuses((kernels) => kernels.adamW(twice), "variance must not share memory with mean");
});
