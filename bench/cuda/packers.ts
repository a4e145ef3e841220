/**
 * Times what moves and packs data against the copy bandwidth of the device, through the TypeScript device: device
 * events, medians of columns in turn, random data, L2 flushed. Bytes are each input read once and each output written
 * once. Prints a JSON line an operation, and a Markdown table; the bar is 1.5 times the time of a copy of as many
 * bytes.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/packers.ts [--rounds=20]`
 */
import { createCudaDevice, NativeDriver } from "@beyond24/cuda";
import { type Device, type DType, sortedCapacity } from "@beyond24/device";
import { option, print } from "./_command_line.ts";
import { type Column, timeColumns } from "./_event_timer.ts";
import { RandomPool } from "./_random_pool.ts";

const TOKENS = 16_384;
const EXPERTS = 4;
const SHAPES = [{ features: 2048, hidden: 8192 }, { features: 4096, hidden: 16_384 }] as const;
const COPIED_BYTES = 2 ** 30;
/** Metadata of a 2:4 matrix: one nibble for every four elements. */
const METADATA = 1 / 8;

/** An operation, and the bytes that it must move. */
interface Job {
  readonly run: () => void;
  readonly bytes: number;
}

const driver = new NativeDriver();
const device = await createCudaDevice({ driver });
const pool = new RandomPool(device, 1);
const random = (shape: readonly number[], dtype: DType) => pool.fill(device.tensor(shape, dtype));

/** What an optimizer step does to one weight matrix. */
function optimizerJobs({ kernels }: Device, features: number, hidden: number): Record<string, Job> {
  const f32 = () => random([hidden, features], "f32");
  const [weight, gradient, mean, variance] = [f32(), f32(), f32(), f32()];
  kernels.fill({ out: variance, value: 1 });
  const copy = device.tensor([hidden, features], "bf16");
  const packed = device.packed24(hidden, features, "cols");
  const [gradientFactor, schedule] = [device.tensor([1], "f32"), device.tensor([3], "f32")];
  kernels.fill({ out: schedule, value: 1e-9 });
  const flips = device.tensor([1], "i32");
  const update = { weight, gradient, mean, variance, copy, gradientFactor, schedule };
  const settings = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
  const elements = features * hidden;
  return {
    "AdamW": { run: () => kernels.adamW({ ...update, ...settings }), bytes: 30 * elements },
    "AdamW and soft threshold, flips counted": {
      run: () => kernels.adamW({ ...update, ...settings, pack: { format: "2:4 soft", packed, flips } }),
      bytes: (31 + 2 * METADATA) * elements,
    },
    "AdamW and 2:4 by magnitude, flips counted": {
      run: () => kernels.adamW({ ...update, ...settings, pack: { format: "2:4", packed, flips } }),
      bytes: (31 + 2 * METADATA) * elements,
    },
    "2:4 by magnitude of f32 masters, flips counted": {
      run: () => kernels.select24({ x: weight, packed, flips }),
      bytes: (5 + 2 * METADATA) * elements,
    },
    "soft threshold of f32 masters, flips counted": {
      run: () => kernels.softThreshold24({ weights: weight, packed, flips }),
      bytes: (5 + 2 * METADATA) * elements,
    },
    "soft threshold of f32 masters": {
      run: () => kernels.softThreshold24({ weights: weight, packed }),
      bytes: (5 + METADATA) * elements,
    },
  };
}

/** What a sparse step does to its activations. */
function activationJobs({ kernels }: Device, features: number, hidden: number): Record<string, Job> {
  const neurons = hidden / EXPERTS;
  const rows = sortedCapacity(TOKENS, EXPERTS, 128);
  const i32 = (shape: readonly number[]) => device.tensor(shape, "i32");
  const experts = i32([TOKENS, 1]);
  device.write(experts, Int32Array.from({ length: TOKENS }, (_, token) => (token * 2654435761 >>> 7) % EXPERTS));
  const [order, positions, counts] = [i32([rows]), i32([TOKENS, 1]), i32([EXPERTS])];
  const segments = { offsets: i32([EXPERTS + 1]), align: 128 };
  kernels.groupTokens({ experts, order, positions, segments, counts });
  const along = (axis: "rows" | "cols") => device.packed24(rows, neurons, axis);
  const [relu, packedNeurons, packedTokens] = [along("cols"), along("cols"), along("rows")];
  const [y1, x, sorted] = [
    random([rows, neurons], "bf16"),
    random([TOKENS, features], "bf16"),
    device.tensor([rows, features], "bf16"),
  ];
  const activations = TOKENS * neurons;
  const operands = { relu, segments, neurons: packedNeurons, tokens: packedTokens };
  const packing = (5 + 3 * METADATA) * activations;
  const unbiased = { key: 1, step: i32([1]) };
  return {
    "y2: squared ReLU, selection, both packs": {
      run: () => kernels.squaredReluSelect24({ y1, ...operands }),
      bytes: packing,
    },
    "y2, unbiased along tokens": {
      run: () => kernels.squaredReluSelect24({ y1, ...operands, unbiased }),
      bytes: packing,
    },
    "dy1: derivative, selection, both packs": {
      run: () => kernels.squaredReluBackwardSelect24({ dy2: y1, ...operands }),
      bytes: packing,
    },
    "dy1, unbiased along tokens": {
      run: () => kernels.squaredReluBackwardSelect24({ dy2: y1, ...operands, unbiased }),
      bytes: packing,
    },
    "gather": { run: () => kernels.gatherRows({ x, order, out: sorted }), bytes: 4 * TOKENS * features },
    "scatter": { run: () => kernels.scatterRows({ x: sorted, positions, out: x }), bytes: 4 * TOKENS * features },
  };
}

/** A copy by the driver, bytes read and written counted. */
function copyJob(): Job {
  const [from, to] = [driver.allocate(COPIED_BYTES), driver.allocate(COPIED_BYTES)];
  driver.fill(from, 0x12345678, 4, COPIED_BYTES / 4);
  return { run: () => driver.copyWithin(to, from, COPIED_BYTES), bytes: 2 * COPIED_BYTES };
}

const rounds = Number(option("rounds", "20"));
const copy = copyJob();
const lines = ["", "| D, F | operation | µs | GB/s | of a copy |", "| --- | --- | ---: | ---: | ---: |"];
for (const { features, hidden } of SHAPES) {
  const jobs: Record<string, Job> = {
    copy,
    ...optimizerJobs(device, features, hidden),
    ...activationJobs(device, features, hidden),
  };
  const columns: Record<string, Column> = {};
  for (const [name, { run }] of Object.entries(jobs)) columns[name] = { device, driver, run };
  const times = await timeColumns(columns, rounds);
  const rate = (name: string) => (jobs[name]?.bytes ?? NaN) / (times[name] ?? NaN) / 1e6;
  for (const name of Object.keys(jobs)) {
    const [microseconds, ratio] = [1000 * (times[name] ?? NaN), rate("copy") / rate(name)];
    print({ what: "packers", features, hidden, name, microseconds, gigabytesPerSecond: rate(name), ratio });
    const sizes = `${features}, ${hidden}`;
    lines.push(`| ${sizes} | ${name} | ${microseconds.toFixed(1)} | ${rate(name).toFixed(0)} | ${ratio.toFixed(2)}x |`);
  }
}
Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n") + "\n"));
device.dispose();
