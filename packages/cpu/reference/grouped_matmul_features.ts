import { type GroupedMatmulFeaturesArguments, roundTo } from "@beyond24/device";
import { expertSegments } from "./_expert_segments.ts";
import { floats, integers } from "./_host_storage.ts";
import { type Matrix, matrixOf, matrixRows, tensorMatrix } from "./_matrix.ts";
import { multiply } from "./_multiply.ts";

/** out_e = y_e · weights_e: one plain product an expert, whose rows a row map puts into places of their own. */
export function groupedMatmulFeatures({ y, weights, segments, rowMap, out }: GroupedMatmulFeaturesArguments): void {
  const activations = matrixOf(y);
  const neurons = matrixOf(weights);
  const result = tensorMatrix(out);
  const width = activations.cols;
  for (const { expert, start, end } of expertSegments(segments)) {
    const cluster = matrixRows(neurons, expert * width, (expert + 1) * width);
    const product = rowMap ? scratch(end - start, result.cols) : matrixRows(result, start, end);
    multiply(matrixRows(activations, start, end), cluster, product, false);
    if (rowMap) placeRows(product, integers(rowMap).subarray(start, end), result);
  }
  roundTo(floats(out), out.dtype);
}

function scratch(rows: number, cols: number): Matrix {
  return { values: new Float32Array(rows * cols), rows, cols, rowStride: cols, colStride: 1 };
}

/** Row r becomes row `places[r]` of `result`; -1 is no place. */
function placeRows({ values, cols }: Matrix, places: Int32Array, result: Matrix): void {
  places.forEach((place, r) => {
    if (place >= 0) result.values.set(values.subarray(r * cols, (r + 1) * cols), place * result.rowStride);
  });
}
