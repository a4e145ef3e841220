import type { AdamWPack } from "../kernels/optimizer.ts";
import { roundTo } from "../round_to.ts";
import type { PackedMatrix24 } from "../packed24.ts";
import { elementCount, type Tensor } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext, Input } from "./contract_context.ts";
import type { KernelContract } from "./kernel_contract.ts";

interface Packing {
  readonly format: AdamWPack["format"];
  readonly axis: "rows" | "cols";
}

/** Where weights are packed, and what counts the mask bits that change. */
interface Target {
  readonly packed: PackedMatrix24;
  readonly flips: Tensor;
}

/** Factor of soft thresholds. */
const SCALE = 1.25;

interface AdamWCase {
  readonly shape: readonly number[];
  readonly weightDecay: number;
  readonly withCopy: boolean;
  readonly factor: number;
  /** How the new weights are packed. */
  readonly pack?: Packing;
}

async function check(context: ContractContext, options: AdamWCase): Promise<void> {
  const { shape, weightDecay, withCopy, factor } = options;
  const [beta1, beta2, epsilon, rate, time] = [0.9, 0.95, 1e-8, 1e-2, 3];
  const weight = context.input(shape, undefined, "f32");
  const gradient = context.input(shape, undefined, "f32");
  const mean = context.input(shape, undefined, "f32");
  const variance = context.input(shape, context.random.uniform(elementCount(shape)).map((value) => value ** 2), "f32");
  const schedule = context.input([3], [rate, 1 / (1 - beta1 ** time), 1 / (1 - beta2 ** time)], "f32");
  const copy = withCopy ? context.output(shape) : undefined;
  const { pack: packing } = options;
  const target = packing && packTarget(context, weight, packing);
  context.kernels.adamW({
    weight: weight.tensor,
    gradient: gradient.tensor,
    mean: mean.tensor,
    variance: variance.tensor,
    ...(copy ? { copy } : {}),
    ...(packing && target ? { pack: { format: packing.format, ...target, scale: SCALE } } : {}),
    gradientFactor: context.input([1], [factor], "f32").tensor,
    schedule: schedule.tensor,
    beta1,
    beta2,
    epsilon,
    weightDecay,
  });
  const scaled = Float64Array.from(gradient.values, (value) => value * factor);
  const means = scaled.map((g, i) => beta1 * (mean.values[i] ?? NaN) + (1 - beta1) * g);
  const variances = scaled.map((g, i) => beta2 * (variance.values[i] ?? NaN) + (1 - beta2) * g * g);
  const weights = Float64Array.from(weight.values, (w, i) => {
    const root = Math.sqrt((variances[i] ?? NaN) / (1 - beta2 ** time)) + epsilon;
    return w - rate * ((means[i] ?? NaN) / (1 - beta1 ** time) / root + weightDecay * w);
  });
  await context.expectClose("mean", mean.tensor, means);
  await context.expectClose("variance", variance.tensor, variances);
  await context.expectClose("weight", weight.tensor, weights);
  await context.expectSame("gradient", gradient.tensor, gradient.values);
  if (packing && target) await expectPack(context, weight, packing, target);
  if (!copy) return;
  const rounded = Float32Array.from(await context.read(weight.tensor));
  roundTo(rounded, context.activation);
  await context.expectSame("copy", copy, rounded);
}

/** A packed matrix of the weights as they are, with 1000 flips counted so far. */
function packTarget(context: ContractContext, weight: Input, { format, axis }: Packing): Target {
  const [rows = 0, cols = 0] = weight.tensor.shape;
  const packed = context.packedOutput(rows, cols, axis);
  packApart(context, weight.tensor, format, { packed });
  return { packed, flips: context.integers([1], [1000]) };
}

/** What a pack means: a kernel of its own. */
function packApart(
  context: ContractContext,
  weights: Tensor,
  format: Packing["format"],
  target: Partial<Target> & Pick<Target, "packed">,
) {
  if (format === "2:4") context.kernels.select24({ x: weights, ...target });
  else context.kernels.softThreshold24({ weights, ...target, scale: SCALE });
}

/** To the bit what the kernel of its own makes of the new weights, flips since the old ones included. */
async function expectPack(context: ContractContext, weight: Input, { format }: Packing, { packed, flips }: Target) {
  const { rows, cols, axis } = packed;
  const before = context.input([rows, cols], weight.values, "f32");
  const expected = { packed: context.packedOutput(rows, cols, axis), flips: context.integers([1], [1000]) };
  packApart(context, before.tensor, format, { packed: expected.packed });
  packApart(context, weight.tensor, format, expected);
  const [got, want] = [await context.readPacked(packed), await context.readPacked(expected.packed)];
  assertSame(got.values, want.values, "packed values");
  assertSame(got.metadata, want.metadata, "packed metadata");
  await context.expectSame("flips", flips, await context.read(expected.flips));
}

const PACKINGS: readonly Packing[] = (["2:4 soft", "2:4"] as const).flatMap((format) =>
  (["cols", "rows"] as const).map((axis) => ({ format, axis }))
);

/** The contract of `adamW`. */
export const adamWContract: KernelContract = [
  {
    name: "[17, 257] with a copy",
    run: (c) => check(c, { shape: [17, 257], weightDecay: 0.1, withCopy: true, factor: 1 }),
  },
  { name: "[1]", run: (c) => check(c, { shape: [1], weightDecay: 0.1, withCopy: false, factor: 1 }) },
  {
    name: "[64, 64], clipped",
    run: (c) => check(c, { shape: [64, 64], weightDecay: 0.1, withCopy: true, factor: 0.3 }),
  },
  ...PACKINGS.flatMap((pack) =>
    [[20, 36], [128, 384]].map((shape) => ({
      name: `[${shape}], packed as ${pack.format} along ${pack.axis}`,
      run: (c: ContractContext) => check(c, { shape, weightDecay: 0.1, withCopy: true, factor: 1, pack }),
    }))
  ),
  { name: "[70001], no decay", run: (c) => check(c, { shape: [70001], weightDecay: 0, withCopy: false, factor: 1 }) },
];
