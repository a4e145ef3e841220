import { type GroupedMatmulNeuronsArguments, roundTo } from "@beyond24/device";
import { expertSegments } from "./_expert_segments.ts";
import { floats } from "./_host_storage.ts";
import { matrixOf, matrixRows, tensorMatrix, transposed } from "./_matrix.ts";
import { sortedTokens } from "./_sorted_tokens.ts";
import { multiply } from "./_multiply.ts";

/** out_e = x_e · weights_eᵀ: one plain product an expert. */
export function groupedMatmulNeurons({ x, gather, weights, segments, out }: GroupedMatmulNeuronsArguments): void {
  const tokens = sortedTokens(x, gather);
  const neurons = matrixOf(weights);
  const result = tensorMatrix(out);
  const width = result.cols;
  for (const { expert, start, end } of expertSegments(segments)) {
    const cluster = matrixRows(neurons, expert * width, (expert + 1) * width);
    multiply(matrixRows(tokens, start, end), transposed(cluster), matrixRows(result, start, end), false);
  }
  roundTo(floats(out), out.dtype);
}
