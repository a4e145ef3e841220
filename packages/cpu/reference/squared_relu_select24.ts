import { isPacked24, roundTo, type SquaredReluSelect24Arguments, type Tensor } from "@beyond24/device";
import { HostStorage } from "./_host_storage.ts";
import { packedStorage, storePacked } from "./_packed_storage.ts";
import { roundedCopy, selection24, storeMasked, storeUnbiased } from "./_selection.ts";
import { gatherClusters } from "./gather_clusters.ts";

/** Selections of the largest are made on r = relu(y1); what is stored is r² and, in the relu, r. */
export function squaredReluSelect24(args: SquaredReluSelect24Arguments): void {
  const { segments, relu, neurons, tokens, unbiased } = args;
  const { rows, cols } = relu;
  const { dtype } = packedStorage(relu);
  const r = roundedCopy(sortedRows(args), segments, dtype).map((value) => Math.max(value, 0));
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

/** y1 of the sorted tokens, of which a copy is made where it is that of all tokens and neurons. */
function sortedRows({ y1, gather, segments, relu: { rows, cols } }: SquaredReluSelect24Arguments): Tensor {
  if (gather === undefined) return y1;
  const { dtype } = y1;
  const out = { shape: [rows, cols], dtype, storage: new HostStorage(rows * cols, dtype), offset: 0 };
  gatherClusters({ x: y1, ...gather, segments, out });
  return out;
}
