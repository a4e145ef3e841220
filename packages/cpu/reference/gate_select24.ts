import { GATE_FACTOR, type GateSelect24Arguments, isPacked24, roundTo } from "@beyond24/device";
import { unpack24, unpackMask24 } from "@beyond24/sparse24";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeMasked, storeUnbiased } from "./_selection.ts";

/** dy1 = 2 · dy2 ⊙ gate; along neurons with the mask of the gate, along tokens what is selected of the rounded dy1. */
export function gateSelect24({ dy2, gate, segments, neurons, tokens, unbiased }: GateSelect24Arguments): void {
  const [rows = 0, cols = 0] = dy2.shape;
  const storage = packedStorage(gate);
  const gates = unpack24(storage);
  const kept = unpackMask24(storage);
  const dy1 = roundedCopy(dy2, segments, storage.dtype)
    .map((value, i) => kept[i] ? value * (GATE_FACTOR * (gates[i] ?? NaN)) : 0);
  roundTo(dy1, storage.dtype);

  if (isPacked24(neurons)) storePacked(neurons, dy1, kept);
  else storeMasked(neurons, dy1, kept, segments);

  if (!isPacked24(tokens)) storeMasked(tokens, dy1, kept, segments);
  else if (unbiased) storeUnbiased(tokens, dy1, unbiased);
  else storePacked(tokens, dy1, selection24(dy1, rows, cols, "rows"));
}
