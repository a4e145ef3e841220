import { elementCount } from "@beyond24/device";
import { normalValues } from "./_normal_values.ts";

const initialDeviation = 0.02;
/** The projections that end a residual branch. */
const branchEnds = [".self_attn.o_proj.weight", ".mlp.w_out"];

/** What initial weights depend on besides their name. */
export interface InitialValuesOptions {
  /** Layers of the model. */
  readonly layers: number;
  /** Seed, an integer >= 0. */
  readonly seed: number;
}

/**
 * The initial values of a matrix: normal(0, 0.02), and smaller by sqrt(2 · layers) in the projections that end a
 * residual branch, so that the sum of all branches is not larger. Every matrix has its own stream of random numbers,
 * from the seed and its name.
 *
 * @param name Name of the parameter
 * @param shape Its shape
 * @param options Layers and seed
 * @returns Row-major values
 *
 * @example Draw
 * ```ts
 * import { initialValues } from "@beyond24/transformer";
 * import { assertEquals } from "@std/assert";
 *
 * const draw = () => initialValues("model.layers.0.mlp.w_in", [8, 4], { layers: 2, seed: 1 });
 * assertEquals([draw().length, draw()], [32, draw()]);
 * ```
 */
export function initialValues(
  name: string,
  shape: readonly number[],
  { layers, seed }: InitialValuesOptions,
): Float32Array<ArrayBuffer> {
  const branches = branchEnds.some((end) => name.endsWith(end)) ? 2 * layers : 1;
  return normalValues(elementCount(shape), initialDeviation / Math.sqrt(branches), seed, name);
}
