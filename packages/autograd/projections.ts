import { recordLinear } from "./linear.ts";
import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/** What {@linkcode projections} multiplies by: [outputs, inputs] each. */
export interface ProjectionWeights {
  /** Of queries. */
  readonly query: Parameter;
  /** Of keys. */
  readonly key: Parameter;
  /** Of values. */
  readonly value: Parameter;
}

/** Queries, keys and values of the tokens of a layer, as they are projected: no position is in them yet. */
export interface Projections {
  /** [T, heads · headDim]. */
  readonly q: Variable;
  /** [T, kvHeads · headDim]. */
  readonly k: Variable;
  /** [T, kvHeads · headDim]. */
  readonly v: Variable;
}

/**
 * What attention reads: three products of one x, in one pass where a device can. The bits are those of `linear`.
 *
 * @param tape The tape
 * @param x [T, in]
 * @param weights Of queries, keys and values
 * @returns Queries, keys and values
 *
 * @example Project tokens
 * ```ts
 * import { createParameter, projections, Tape } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const tape = new Tape(device, device.arena());
 * const x = tape.input(device.tensor([3, 4], "f32"));
 * const [query, key, value] = [
 *   createParameter(device, "query", [8, 4]),
 *   createParameter(device, "key", [2, 4]),
 *   createParameter(device, "value", [2, 4]),
 * ] as const;
 * const { q, k } = projections(tape, x, { query, key, value });
 * assertEquals([q.value.shape, k.value.shape], [[3, 8], [3, 2]]);
 * ```
 */
export function projections(tape: Tape, x: Variable, { query, key, value }: ProjectionWeights): Projections {
  const [tokens = 0] = x.value.shape;
  const outputOf = ({ shape: [outputs = 0] }: Parameter) => tape.output(tape.tensor([tokens, outputs]));
  const [q, k, v] = [outputOf(query), outputOf(key), outputOf(value)] as const;
  const beside = [{ b: key.value, out: k.value }, { b: value.value, out: v.value }];
  tape.device.kernels.matmul({ a: x.value, b: query.value, transposeB: true, out: q.value, beside });
  for (const [weight, y] of [[query, q], [key, k], [value, v]] as const) recordLinear(tape, x, weight, y);
  return { q, k, v };
}
