import { isPacked24, type SquaredReluSelect24Arguments } from "@beyond24/device";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeMasked } from "./_selection.ts";

/** Both selections are made on r = relu(y1); what is stored is r² and, in the gate, r. */
export function squaredReluSelect24({ y1, offsets, gate, neurons, tokens }: SquaredReluSelect24Arguments): void {
  const [rows = 0, cols = 0] = y1.shape;
  const r = roundedCopy(y1, offsets, packedStorage(gate).dtype).map((value) => Math.max(value, 0));
  const squares = r.map((value) => value * value);
  const kept = selection24(r, rows, cols, "cols");
  storePacked(gate, r, kept);

  if (isPacked24(neurons)) storePacked(neurons, squares, kept);
  else storeMasked(neurons, squares, kept, offsets);

  if (isPacked24(tokens)) {
    const keptValues = r.map((value, i) => kept[i] ? value : 0);
    storePacked(tokens, squares, selection24(keptValues, rows, cols, "rows"));
  } else storeMasked(tokens, squares, kept, offsets);
}
