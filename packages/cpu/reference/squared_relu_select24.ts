import { isPacked24, roundTo, type SquaredReluSelect24Arguments } from "@beyond24/device";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeMasked, storeUnbiased } from "./_selection.ts";

/** Selections of the largest are made on r = relu(y1); what is stored is r² and, in the relu, r. */
export function squaredReluSelect24(args: SquaredReluSelect24Arguments): void {
  const { y1, segments, relu, neurons, tokens, unbiased } = args;
  const [rows = 0, cols = 0] = y1.shape;
  const { dtype } = packedStorage(relu);
  const r = roundedCopy(y1, segments, dtype).map((value) => Math.max(value, 0));
  const squares = r.map((value) => value * value);
  const kept = selection24(r, rows, cols, "cols");
  storePacked(relu, r, kept);

  if (isPacked24(neurons)) storePacked(neurons, squares, kept);
  else storeMasked(neurons, squares, kept, segments);

  if (!isPacked24(tokens)) return storeMasked(tokens, squares, kept, segments);
  const keptOf = (values: Float32Array) => values.map((value, i) => kept[i] ? value : 0);
  if (!unbiased) return storePacked(tokens, squares, selection24(keptOf(r), rows, cols, "rows"));
  const rounded = keptOf(squares);
  roundTo(rounded, dtype);
  storeUnbiased(tokens, rounded, unbiased);
}
