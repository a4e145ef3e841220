import { type GroupedMatmulFeaturesArguments, roundTo } from "@beyond24/device";
import { expertSegments } from "./_expert_segments.ts";
import { floats } from "./_host_storage.ts";
import { matrixOf, matrixRows, tensorMatrix } from "./_matrix.ts";
import { multiply } from "./_multiply.ts";

/** out_e = y_e · weights_e: one plain product an expert. */
export function groupedMatmulFeatures({ y, weights, offsets, out }: GroupedMatmulFeaturesArguments): void {
  const activations = matrixOf(y);
  const neurons = matrixOf(weights);
  const result = tensorMatrix(out);
  const width = activations.cols;
  for (const { expert, start, end } of expertSegments(offsets)) {
    const cluster = matrixRows(neurons, expert * width, (expert + 1) * width);
    multiply(matrixRows(activations, start, end), cluster, matrixRows(result, start, end), false);
  }
  roundTo(floats(out), out.dtype);
}
