import type { TensorFile } from "@beyond24/checkpoint";
import {
  encodeValues,
  firstValues,
  readValues,
  transposeValues,
  type ValuePieces,
  type WrittenType,
} from "./_values.ts";
import type { PendingTensor } from "./_tensor_writer.ts";
import type { HubWeight } from "./weight_table.ts";

/** A weight as it is written where nothing of it is left out. */
export function denseTensor(file: TensorFile, weight: HubWeight, dtype: WrittenType): PendingTensor {
  const { theirs: name, theirShape: shape } = weight;
  return { name, dtype, shape, pieces: () => encodeValues(exportedValues(file, weight), dtype) };
}

/** The values of a weight as `transformers` has it. */
export function exportedValues(file: TensorFile, { ours, ourShape, isTransposed }: HubWeight): ValuePieces {
  const [rows = 0, cols = 1] = ourShape;
  const values = firstValues(readValues(file, ours), rows * cols);
  return isTransposed ? transposeValues(values, rows, cols) : values;
}
