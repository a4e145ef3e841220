import type { GroupedMatmulWeightsArguments } from "@beyond24/device";
import { expertSegments } from "./_expert_segments.ts";
import { matrixOf, matrixRows, tensorMatrix, transposed } from "./_matrix.ts";
import { sortedTokens } from "./_sorted_tokens.ts";
import { multiply } from "./_multiply.ts";

/** out_e = y_eᵀ · x_e: one plain product an expert; no tokens give zeros. */
export function groupedMatmulWeights({ y, x, gather, segments, out, accumulate }: GroupedMatmulWeightsArguments): void {
  const activations = matrixOf(y);
  const tokens = sortedTokens(x, gather);
  const result = tensorMatrix(out);
  const width = activations.cols;
  for (const { expert, start, end } of expertSegments(segments)) {
    const cluster = matrixRows(result, expert * width, (expert + 1) * width);
    const left = transposed(matrixRows(activations, start, end));
    multiply(left, matrixRows(tokens, start, end), cluster, accumulate ?? false);
  }
}
