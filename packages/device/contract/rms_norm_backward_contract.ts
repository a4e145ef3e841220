import { roundTo } from "../round_to.ts";
import type { ContractContext } from "./contract_context.ts";
import { activationExtremes } from "./extremes.ts";
import { EQUAL_ROWS, equalInput, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { sumOf } from "./matrices.ts";
import { inverseRmsOf } from "./rms_norm_contract.ts";

async function check(
  context: ContractContext,
  [tokens, width]: readonly [number, number],
  mode: "replace" | "accumulate" | "in place",
  size = 1,
): Promise<void> {
  const x = context.input([tokens, width], context.random.uniform(tokens * width).map((value) => value * size));
  const gains = context.input([width], undefined, "f32");
  const inverses = Float32Array.from(inverseRmsOf(x.values, width, 1e-5));
  const inverseRms = context.input([tokens], inverses, "f32");
  const dOut = context.input([tokens, width]);
  const before = context.input([tokens, width]);
  const dWeight = context.input([width], undefined, "f32");
  const replaced = mode === "in place" ? dOut.tensor : context.output([tokens, width]);
  const accumulate = mode === "accumulate";
  const dX = accumulate ? before.tensor : replaced;
  context.kernels.rmsNormBackward({
    x: x.tensor,
    weight: gains.tensor,
    inverseRms: inverseRms.tensor,
    dOut: dOut.tensor,
    dX,
    accumulate,
    dWeight: dWeight.tensor,
  });
  const { dInput, dGains } = gradients(x.values, gains.values, inverses, dOut.values);
  await context.expectClose("dX", dX, accumulate ? sumOf(before.values, dInput) : dInput);
  await context.expectClose("dWeight", dWeight.tensor, sumOf(dWeight.values, dGains));
}

/** The gradients by their formula, in float64. */
function gradients(x: Float32Array, gains: Float32Array, inverses: Float32Array, dOut: Float32Array) {
  const width = gains.length;
  const dGains = new Float64Array(width);
  const dInput = new Float64Array(x.length);
  inverses.forEach((inverse, t) => {
    const normalized = Float64Array.from(x.subarray(t * width, (t + 1) * width), (value) => value * inverse);
    const outer = dOut.subarray(t * width, (t + 1) * width);
    const inner = Float64Array.from(outer, (value, d) => value * (gains[d] ?? NaN));
    const mean = inner.reduce((sum, value, d) => sum + value * (normalized[d] ?? NaN), 0) / width;
    inner.forEach((value, d) => {
      dInput[t * width + d] = inverse * (value - (normalized[d] ?? NaN) * mean);
      dGains[d] = (dGains[d] ?? NaN) + (outer[d] ?? NaN) * (normalized[d] ?? NaN);
    });
  });
  return { dInput, dGains };
}

/** The gradient agrees with a difference quotient of the forward formula. */
async function agreesWithDifferences(context: ContractContext): Promise<void> {
  const width = 12;
  const x = context.input([1, width]);
  const gains = context.input([width], undefined, "f32");
  const dOut = context.input([1, width]);
  const epsilon = 1e-5;
  const inverseRms = context.input([1], inverseRmsOf(x.values, width, epsilon), "f32");
  const dX = context.output([1, width]);
  const dWeight = context.input([width], new Float32Array(width), "f32");
  const { tensor: weight } = gains;
  context.kernels.rmsNormBackward({
    x: x.tensor,
    weight,
    inverseRms: inverseRms.tensor,
    dOut: dOut.tensor,
    dX,
    dWeight: dWeight.tensor,
  });
  const objective = (input: Float64Array) => {
    const meanSquare = input.reduce((sum, value) => sum + value ** 2, 0) / width;
    const inverse = 1 / Math.sqrt(meanSquare + epsilon);
    return input.reduce((sum, v, d) => sum + v * inverse * (gains.values[d] ?? NaN) * (dOut.values[d] ?? NaN), 0);
  };
  const step = 1e-6;
  const expected = Float32Array.from(x.values, (_, d) => {
    const up = Float64Array.from(x.values, (value, i) => i === d ? value + step : value);
    const down = Float64Array.from(x.values, (value, i) => i === d ? value - step : value);
    return (objective(up) - objective(down)) / (2 * step);
  });
  roundTo(expected, context.activation);
  await context.expectClose("dX", dX, expected);
}

async function equalRows(context: ContractContext): Promise<void> {
  for (const rows of EQUAL_ROWS) {
    const [x, dOut] = [equalInput(context, rows, [70]), equalInput(context, rows, [70])];
    const inverseRms = context.input([rows], inverseRmsOf(x.values, 70, 1e-5), "f32").tensor;
    const [dX, dWeight] = [context.output([rows, 70]), context.input([70], undefined, "f32").tensor];
    const weight = context.input([70], undefined, "f32").tensor;
    context.kernels.rmsNormBackward({ x: x.tensor, weight, inverseRms, dOut: dOut.tensor, dX, dWeight });
    await expectEqualRows(context, "dX", dX, rows);
  }
}

/** The contract of `rmsNormBackward`. */
export const rmsNormBackwardContract: KernelContract = [
  { name: "33 tokens of width 257", run: (context) => check(context, [33, 257], "replace") },
  { name: "1 token of width 3", run: (context) => check(context, [1, 3], "replace") },
  { name: "130 tokens of width 64, accumulate", run: (context) => check(context, [130, 64], "accumulate") },
  { name: "17 tokens of width 1030, in place", run: (context) => check(context, [17, 1030], "in place") },
  { name: "agrees with difference quotients", run: agreesWithDifferences },
  {
    name: "rows whose squares are next to nothing",
    run: (context) => check(context, [7, 65], "replace", activationExtremes(context).tiny),
  },
  {
    name: "rows whose squares just fit",
    run: (context) => check(context, [7, 65], "replace", context.activation === "f16" ? 2 ** 12 : 2 ** 58),
  },
  { name: "equal rows give equal bits", run: equalRows },
];
