import { randomValues } from "@beyond24/device/contract";
import type { Device, Tensor } from "@beyond24/device";
import { createReferenceDevice } from "@beyond24/cpu";
import { assert } from "@std/assert";
import { createParameter } from "./create_parameter.ts";
import type { Parameter } from "./parameter.ts";
import { writeParameter } from "./write_parameter.ts";
import { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

export { randomValues };

/** A persistent f32 tensor with values. */
export function tensorOf(device: Device, shape: readonly number[], values: Float32Array): Tensor {
  const tensor = device.tensor(shape, "f32");
  device.write(tensor, values);
  return tensor;
}

/** Reads floats. */
export async function floatsOf(device: Device, tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await device.read(tensor));
}

/** A function under test with the shapes of its inputs and parameters. */
export interface GradientCase {
  readonly inputs: readonly (readonly number[])[];
  readonly parameters: readonly (readonly number[])[];
  readonly run: (tape: Tape, inputs: readonly Variable[], parameters: readonly Parameter[]) => Variable;
}

interface Point {
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Parameter[];
}

const STEP = 1 / 256;

async function weightedSum(device: Device, { run }: GradientCase, point: Point): Promise<number> {
  const arena = device.arena();
  const tape = new Tape(device, arena, { recording: false });
  const y = run(tape, point.inputs.map((tensor) => tape.input(tensor)), point.parameters);
  const values = await floatsOf(device, y.value);
  const weights = randomValues(values.length, 99);
  arena.dispose();
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? NaN), 0);
}

async function analytic(device: Device, { run }: GradientCase, point: Point): Promise<Float32Array[]> {
  const arena = device.arena();
  const tape = new Tape(device, arena);
  const inputs = point.inputs.map((tensor) => tape.input(tensor));
  const y = run(tape, inputs, point.parameters);
  const gradient = tape.tensor(y.value.shape);
  const [rows = 0, cols = 0] = y.value.shape;
  device.write(gradient, randomValues(rows * cols, 99));
  tape.addGradient(y, gradient);
  tape.backward();
  const tensors = [...inputs.map((input) => input.gradient), ...point.parameters.map((p) => p.gradient)];
  const result: Float32Array[] = [];
  for (const tensor of tensors) {
    assert(tensor !== undefined, "an input has no gradient");
    result.push(await floatsOf(device, tensor));
  }
  arena.dispose();
  return result;
}

/** Compares all gradients of a function with central differences of Σ c · y for fixed random c. */
export async function checkGradients(gradientCase: GradientCase): Promise<void> {
  const device = createReferenceDevice();
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const point: Point = {
    inputs: gradientCase.inputs.map((shape, i) => tensorOf(device, shape, randomValues(size(shape), 10 + i))),
    parameters: gradientCase.parameters.map((shape, i) => {
      const parameter = createParameter(device, `parameter ${i}`, shape);
      writeParameter(device, parameter, randomValues(size(shape), 50 + i));
      return parameter;
    }),
  };
  const gradients = await analytic(device, gradientCase, point);
  const tensors = [...point.inputs, ...point.parameters.map(({ weight }) => weight)];
  for (const [which, tensor] of tensors.entries()) {
    const original = await floatsOf(device, tensor);
    for (let index = 0; index < original.length; index++) {
      const at = async (offset: number) => {
        device.write(tensor, original.with(index, (original[index] ?? NaN) + offset));
        return await weightedSum(device, gradientCase, point);
      };
      const expected = (await at(STEP) - await at(-STEP)) / (2 * STEP);
      const actual = gradients[which]?.[index] ?? NaN;
      const near = Math.abs(actual - expected) <= 2e-3 * (1 + Math.abs(expected));
      assert(near, `tensor ${which}, element ${index}: gradient ${actual}, difference quotient ${expected}`);
    }
    device.write(tensor, original);
  }
}
