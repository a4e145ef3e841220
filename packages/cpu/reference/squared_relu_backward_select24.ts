import { isPacked24, RELU_FACTOR, roundTo, type SquaredReluBackwardSelect24Arguments } from "@beyond24/device";
import { unpack24, unpackMask24 } from "@beyond24/sparse24";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeMasked, storeUnbiased } from "./_selection.ts";

/** dy1 = 2 · dy2 ⊙ relu; along neurons with the mask of the relu, along tokens what is selected of the rounded dy1. */
export function squaredReluBackwardSelect24(
  { dy2, relu, segments, neurons, tokens, unbiased }: SquaredReluBackwardSelect24Arguments,
): void {
  const [rows = 0, cols = 0] = dy2.shape;
  const storage = packedStorage(relu);
  const relus = unpack24(storage);
  const kept = unpackMask24(storage);
  const dy1 = roundedCopy(dy2, segments, storage.dtype)
    .map((value, i) => kept[i] ? value * (RELU_FACTOR * (relus[i] ?? NaN)) : 0);
  roundTo(dy1, storage.dtype);

  if (isPacked24(neurons)) storePacked(neurons, dy1, kept);
  else storeMasked(neurons, dy1, kept, segments);

  if (!isPacked24(tokens)) storeMasked(tokens, dy1, kept, segments);
  else if (unbiased) storeUnbiased(tokens, dy1, unbiased);
  else storePacked(tokens, dy1, selection24(dy1, rows, cols, "rows"));
}
