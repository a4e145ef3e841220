import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createParameter, type Parameter, writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { inProcessCollectives } from "@beyond24/device/contract";
import { AdamW } from "./adam_w.ts";

const START = [[0.5, -1, 2, 0.25], [1, 1]];
const OPTIONS = { beta1: 0.8, beta2: 0.9, epsilon: 1e-6, weightDecay: 0.1, maxGradientNorm: 1.5 };
const rate = (step: number) => 0.01 * (step + 1);
/** Gradient of a step: small in even steps, so that clipping acts in odd ones only. */
const gradient = (step: number, which: number, i: number) => Math.sin(7 * step + 3 * which + i) * (step % 2 ? 3 : 0.3);

function parametersOf(device: Device): Parameter[] {
  return START.map((values, which) => {
    const parameter = createParameter(device, `p${which}`, [values.length], { decay: which === 0 });
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

Deno.test("AdamW sums the gradients of all ranks: two with half of a gradient each are one with all", async () => {
  const alone = createReferenceDevice();
  const expected = parametersOf(alone);
  const optimizer = new AdamW(alone, expected, OPTIONS);
  const devices = [createReferenceDevice(), createReferenceDevice()];
  const ranks = inProcessCollectives(devices).map((collectives, rank) => {
    const device = devices[rank] ?? alone;
    const parameters = parametersOf(device);
    return { device, parameters, optimizer: new AdamW(device, parameters, OPTIONS, { collectives }) };
  });
  for (let step = 0; step < 3; step++) {
    await runStep(alone, optimizer, expected, step);
    await Promise.all(ranks.map(async ({ device, parameters, optimizer }) => {
      for (const [which, { gradient: tensor, shape }] of parameters.entries()) {
        const half = (_: unknown, i: number) => Math.fround(gradient(step, which, i)) / 2;
        device.write(tensor, Float32Array.from({ length: shape[0] ?? 0 }, half));
      }
      await optimizer.step(rate(step));
    }));
  }
  for (const { device, parameters } of ranks) {
    for (const [which, { weight }] of parameters.entries()) {
      assertEquals(await device.read(weight), await alone.read(expected[which]?.weight ?? weight));
    }
  }
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
