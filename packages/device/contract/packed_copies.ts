import type { PackedMatrix24 } from "../packed24.ts";
import type { Tensor } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";

/** Packs weights, and counts the mask bits that change where it is told to. */
export type PackWeights = (weights: Tensor, target: { packed: PackedMatrix24; flips?: Tensor }) => void;

/**
 * The copy of weights that products read is packed to the bits of the master weights, flips included: a rank that has
 * masters of its part only packs the copies.
 */
export async function copiesPackAlike(
  context: ContractContext,
  [rows, cols]: readonly [number, number],
  axis: "rows" | "cols",
  pack: PackWeights,
): Promise<void> {
  const results = [];
  const weights = [0, 1].map(() => context.input([rows, cols], undefined, "f32"));
  for (const isCopy of [false, true]) {
    const packed = context.packedOutput(rows, cols, axis);
    const flips = context.integers([1], [1000]);
    for (const [step, { tensor }] of weights.entries()) {
      const copy = context.output([rows, cols]);
      context.kernels.copy({ x: tensor, out: copy });
      // What it held before it was first packed is undefined.
      pack(isCopy ? copy : tensor, step === 0 ? { packed } : { packed, flips });
    }
    const { values, metadata } = await context.readPacked(packed);
    results.push({ values, metadata, flips: await context.read(flips) });
  }
  const [masters, copies] = results;
  if (masters === undefined || copies === undefined) throw new Error("Both were packed");
  assertSame(copies.values, masters.values, "values");
  assertSame(copies.metadata, masters.metadata, "metadata");
  assertSame(copies.flips, masters.flips, "flips");
}
