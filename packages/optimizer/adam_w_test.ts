import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createParameter, type Parameter, type ParameterShare, writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { type Device, elementCount, type HostArray, soloCollectives, type Tensor } from "@beyond24/device";
import { inProcessCollectives } from "@beyond24/device/contract";
import { AdamW } from "./adam_w.ts";

const START = [[0.5, -1, 2, 0.25], [1, 1]];
const OPTIONS = { beta1: 0.8, beta2: 0.9, epsilon: 1e-6, weightDecay: 0.1, maxGradientNorm: 1.5 };
const rate = (step: number) => 0.01 * (step + 1);
/** Gradient of a step: small in even steps, so that clipping acts in odd ones only. */
const gradient = (step: number, which: number, i: number) => Math.sin(7 * step + 3 * which + i) * (step % 2 ? 3 : 0.3);

function parametersOf(device: Device, share?: ParameterShare): Parameter[] {
  return START.map((values, which) => {
    const options = { decay: which === 0, ...(share === undefined ? {} : { share }) };
    const parameter = createParameter(device, `p${which}`, [values.length], options);
    writeParameter(device, parameter, Float32Array.from(values));
    return parameter;
  });
}

async function runStep(
  device: Device,
  optimizer: AdamW,
  parameters: readonly Parameter[],
  step: number,
): Promise<void> {
  for (const [which, { gradient: tensor, shape }] of parameters.entries()) {
    device.write(tensor, Float32Array.from({ length: shape[0] ?? 0 }, (_, i) => gradient(step, which, i)));
  }
  await optimizer.step(rate(step));
}

/** AdamW in float64 (Loshchilov and Hutter 2019, algorithm 2), gradients scaled to the norm first. */
function naive(steps: number): number[][] {
  const weights = START.map((values) => [...values]);
  const means = START.map((values) => values.map(() => 0));
  const variances = START.map((values) => values.map(() => 0));
  for (let step = 0; step < steps; step++) {
    const all = START.flatMap((values, which) => values.map((_, i) => gradient(step, which, i) ** 2));
    const norm = Math.sqrt(all.reduce((a, b) => a + b, 0));
    const factor = Math.min(1, OPTIONS.maxGradientNorm / (norm + 1e-6));
    for (const [which, values] of START.entries()) {
      for (const i of values.keys()) {
        const g = gradient(step, which, i) * factor;
        const [w = NaN, m = NaN, v = NaN] = [weights[which]?.[i], means[which]?.[i], variances[which]?.[i]];
        const mean = OPTIONS.beta1 * m + (1 - OPTIONS.beta1) * g;
        const variance = OPTIONS.beta2 * v + (1 - OPTIONS.beta2) * g * g;
        const corrected = mean / (1 - OPTIONS.beta1 ** (step + 1));
        const root = Math.sqrt(variance / (1 - OPTIONS.beta2 ** (step + 1)));
        const decay = which === 0 ? OPTIONS.weightDecay : 0;
        weights[which]?.splice(i, 1, w - rate(step) * (corrected / (root + OPTIONS.epsilon) + decay * w));
        means[which]?.splice(i, 1, mean);
        variances[which]?.splice(i, 1, variance);
      }
    }
  }
  return weights;
}

Deno.test("AdamW equals the algorithm in float64, with clipping and decay", async () => {
  const device = createReferenceDevice();
  const parameters = parametersOf(device);
  const optimizer = new AdamW(device, parameters, OPTIONS);
  for (let step = 0; step < 6; step++) await runStep(device, optimizer, parameters, step);
  const expected = naive(6);
  for (const [which, { weight }] of parameters.entries()) {
    for (const [i, value] of (await device.read(weight)).entries()) {
      assertAlmostEquals(value, expected[which]?.[i] ?? NaN, 1e-5);
    }
  }
});

Deno.test("AdamW tells the squared norm before clipping", async () => {
  const device = createReferenceDevice();
  const parameters = parametersOf(device);
  const optimizer = new AdamW(device, parameters, OPTIONS);
  await runStep(device, optimizer, parameters, 1);
  const squares = START.flatMap((values, which) => values.map((_, i) => gradient(1, which, i) ** 2));
  const [norm = NaN] = await device.read(optimizer.squaredNorm);
  assert(norm > OPTIONS.maxGradientNorm ** 2);
  assertAlmostEquals(norm, squares.reduce((a, b) => a + b, 0), 1e-4);
});

Deno.test("AdamW continues from saved state as if nothing had happened, to the last bit", async () => {
  const device = createReferenceDevice();
  const parameters = parametersOf(device);
  const optimizer = new AdamW(device, parameters, OPTIONS);
  for (let step = 0; step < 3; step++) await runStep(device, optimizer, parameters, step);

  const resumed = parametersOf(device);
  for (const [which, parameter] of resumed.entries()) {
    const { weight = parameter.weight } = parameters[which] ?? {};
    writeParameter(device, parameter, Float32Array.from(await device.read(weight)));
  }
  const second = new AdamW(device, resumed, OPTIONS);
  const [from, to] = [optimizer.stateTensors(), second.stateTensors()];
  assertEquals(to.map(({ name }) => name), ["p0.mean", "p0.variance", "p1.mean", "p1.variance"]);
  for (const [i, { tensor }] of to.entries()) device.write(tensor, await device.read(from[i]?.tensor ?? tensor));
  second.stepCount = optimizer.stepCount;

  for (let step = 3; step < 6; step++) {
    await runStep(device, optimizer, parameters, step);
    await runStep(device, second, resumed, step);
  }
  for (const [which, { weight }] of parameters.entries()) {
    assertEquals(await device.read(resumed[which]?.weight ?? weight), await device.read(weight));
    assert(resumed[which]?.weight !== weight);
  }
});

Deno.test("AdamW writes the copy that products read", async () => {
  const device = createReferenceDevice({ activationType: "bf16" });
  const parameters = parametersOf(device);
  const optimizer = new AdamW(device, parameters, OPTIONS);
  await runStep(device, optimizer, parameters, 0);
  const [parameter] = parameters;
  assert(parameter !== undefined && parameter.value !== parameter.weight);
  const [weight, value] = [await device.read(parameter.weight), await device.read(parameter.value)];
  const bf16 = device.tensor([4], "bf16");
  device.write(bf16, weight);
  assertEquals(value, await device.read(bf16));
});

Deno.test("AdamW frees its state", () => {
  const device = createReferenceDevice();
  const parameters = parametersOf(device);
  const before = device.liveBytes;
  new AdamW(device, parameters).dispose();
  assertEquals(device.liveBytes, before);
});

Deno.test("AdamW refuses settings out of bounds and unknown parameters", () => {
  const device = createReferenceDevice();
  for (
    const options of [{ beta1: 1 }, { beta2: -0.1 }, { epsilon: 0 }, { weightDecay: -1 }, { maxGradientNorm: NaN }]
  ) assertThrows(() => new AdamW(device, [], options), RangeError, Object.keys(options)[0] ?? "");
  const optimizer = new AdamW(device, []);
  assertThrows(() => optimizer.moments(createParameter(device, "stranger", [1])), TypeError, "stranger");
  assertThrows(() => optimizer.stepCount = -1, RangeError);
});

/** Weights after a few steps of every rank, as products read them, each with its part of every gradient. */
async function trainRanks(
  { size, isSharded, shape, activationType = "f32" }: {
    readonly size: number;
    readonly isSharded: boolean;
    readonly shape: readonly number[];
    readonly activationType?: "f32" | "bf16";
  },
): Promise<{ readonly weights: readonly HostArray[]; readonly norm: number; readonly bytes: number }[]> {
  const devices = Array.from({ length: size }, () => createReferenceDevice({ activationType }));
  const all = size === 1 ? [soloCollectives] : inProcessCollectives(devices);
  return await Promise.all(devices.map(async (device, rank) => {
    const share = { rank, size, isSharded };
    const parameters = ["matrix", "gain"].map((name) => createParameter(device, name, shape, { share }));
    for (const parameter of parameters) {
      writeParameter(device, parameter, Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i)));
    }
    const { [rank]: collectives = soloCollectives } = all;
    const optimizer = new AdamW(device, parameters, OPTIONS, { collectives, key: "test" });
    const bytes = device.liveBytes;
    for (let step = 0; step < 3; step++) {
      for (const [which, { gradient: tensor }] of parameters.entries()) {
        // Equal powers of two of it, so that the sum over the ranks is exact.
        const value = (i: number) => Math.fround(gradient(step, which, i)) / size;
        device.write(tensor, Float32Array.from({ length: elementCount(shape) }, (_, i) => value(i)));
      }
      await optimizer.step(rate(step));
    }
    const weights: HostArray[] = [];
    for (const { value } of parameters) weights.push(await device.read(value));
    return { weights, norm: (await device.read(optimizer.squaredNorm))[0] ?? NaN, bytes };
  }));
}

Deno.test("ranks with a part of every gradient are one with all of it, whether or not they shard", async () => {
  for (const activationType of ["f32", "bf16"] as const) {
    for (const shape of [[5], [64], [7, 61], [130, 3]]) {
      const [alone] = await trainRanks({ size: 1, isSharded: false, shape, activationType });
      for (const size of [2, 4]) {
        const whole = await trainRanks({ size, isSharded: false, shape, activationType });
        const sharded = await trainRanks({ size, isSharded: true, shape, activationType });
        assertEquals(
          sharded.map(({ weights, norm }) => ({ weights, norm })),
          whole.map(({ weights, norm }) => ({ weights, norm })),
        );
        for (const { weights, norm } of whole) {
          assertAlmostEquals(norm, alone?.norm ?? NaN, 1e-6 * norm);
          for (const [which, values] of weights.entries()) {
            for (const [i, value] of values.entries()) {
              assertAlmostEquals(value, alone?.weights[which]?.[i] ?? NaN, activationType === "f32" ? 1e-6 : 1e-2);
            }
          }
        }
      }
    }
  }
});

Deno.test("masters, moments and gradients of a rank of two take at most 0.65 of those of one, of eight less", async () => {
  const shape = [64, 96];
  // The copy that products read is whole everywhere.
  const copies = 2 * 2 * elementCount(shape);
  const bytesOf = async (size: number) => {
    const [first] = await trainRanks({ size, isSharded: size > 1, shape, activationType: "bf16" });
    return (first?.bytes ?? NaN) - copies;
  };
  const one = await bytesOf(1);
  assert(await bytesOf(2) <= 0.65 * one);
  assert(await bytesOf(8) <= 0.36 * one);
});

Deno.test("AdamW refuses parameters of other ranks", () => {
  const device = createReferenceDevice();
  const parameters = parametersOf(device, { rank: 1, size: 2, isSharded: true });
  assertThrows(() => new AdamW(device, parameters), TypeError, "rank 0 of 1 as all parameters must be its");
});

Deno.test("AdamW says which version weights and packed forms have", async () => {
  const device = createReferenceDevice();
  const parameter = createParameter(device, "w", [4, 4]);
  const pack = { format: "2:4 soft" as const, packed: device.packed24(4, 4, "cols"), scale: 1, version: 0 };
  const optimizer = new AdamW(device, [parameter]);
  await optimizer.step(1e-3);
  assertEquals([parameter.version, pack.version], [1, 0]);
  await optimizer.step(1e-3, new Map([[parameter, pack]]));
  assertEquals([parameter.version, pack.version], [2, 2]);
});

Deno.test("with a queue gradients travel when they are complete, weights as soon as they have moved, the largest first", async () => {
  for (const isSharded of [true, false]) {
    const device = createReferenceDevice();
    const share = { rank: 0, size: 2, isSharded };
    const small = createParameter(device, "small", [64], { share });
    const large = createParameter(device, "large", [2 ** 20, 10], { share });
    const log: string[] = [];
    const told = (name: string) => (tensors: readonly Tensor[]) =>
      void log.push(`${name} ${tensors.map(({ shape }) => shape)}`);
    const queue = {
      allReduce: told("sum"),
      reduceScatter: told("scatter"),
      allGather: told("gather"),
      join: () => void log.push("join"),
    };
    const refused = () => Promise.reject(new Error("There is a queue"));
    const collectives = { ...soloCollectives, size: 2, queue, allReduce: refused, reduceScatter: refused };
    const optimizer = new AdamW(device, [small, large], {}, { collectives });
    const [count, name] = [10 * 2 ** 20, isSharded ? "scatter" : "sum"];
    const update = ["sum 1", "join", ...isSharded ? [`gather ${count}`, "gather 128"] : [], "join"];
    await optimizer.step(1e-3);
    assertEquals(log.splice(0), [`${name} 128,${count}`, "join", ...update], "nobody announced them");
    optimizer.sumGradients([small]);
    await optimizer.step(1e-3);
    assertEquals(log.splice(0), [`${name} 128`, `${name} ${count}`, "join", ...update], "one was announced");
    optimizer.sumGradients([small]);
    optimizer.sumGradients([large]);
    optimizer.joinGradients();
    await optimizer.step(1e-3);
    assertEquals(log, [`${name} 128`, `${name} ${count}`, "join", ...update]);
  }
});
