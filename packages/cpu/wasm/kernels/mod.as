// The module: one entry for thread 0, one loop for the others, and the table of operations. The order of the table is
// the order of `OPERATIONS` in `../operations.ts`.
import { begin, findScratch, finish, finished, nextCommand, OPERATION, READY } from "./runtime";
import { matmul } from "./matmul";
import { groupedMatmulNeurons } from "./grouped_matmul_neurons";
import { groupedMatmulFeatures } from "./grouped_matmul_features";
import { groupedMatmulWeights } from "./grouped_matmul_weights";
import { softThreshold24 } from "./soft_threshold24";
import { select24 } from "./select24";
import { squaredReluSelect24 } from "./squared_relu_select24";
import { gateSelect24 } from "./gate_select24";
import { countNonzero } from "./count_nonzero";
import { clusterMeans } from "./cluster_means";
import { routeTokens } from "./route_tokens";
import { groupTokens } from "./group_tokens";
import { gatherRows } from "./gather_rows";
import { scatterRows } from "./scatter_rows";
import { rmsNorm } from "./rms_norm";
import { rmsNormBackwardInput, rmsNormBackwardWeight } from "./rms_norm_backward";
import { rope } from "./rope";
import { attention } from "./attention";
import { attentionBackward } from "./attention_backward";
import { add, copy, fill, squaredRelu, squaredReluBackward } from "./elementwise";
import { embedding, embeddingBackward } from "./embedding";
import { crossEntropy } from "./cross_entropy";
import { squaresOfChunks, sum, sumOfChunks } from "./sums";
import { adamW } from "./adam_w";

export { initialize } from "./runtime";
export { useBlas } from "./product";
export { attentionScratch } from "./attention_layout";
export { groupedMatmulFeaturesScratch } from "./grouped_matmul_features";
export { exponential } from "./simd";

function perform(operation: i32): void {
  findScratch();
  switch (operation) {
    case 0: return matmul();
    case 1: return groupedMatmulNeurons();
    case 2: return groupedMatmulFeatures();
    case 3: return groupedMatmulWeights();
    case 4: return softThreshold24();
    case 5: return select24();
    case 6: return squaredReluSelect24();
    case 7: return gateSelect24();
    case 8: return countNonzero();
    case 9: return clusterMeans();
    case 10: return routeTokens();
    case 11: return groupTokens();
    case 12: return gatherRows();
    case 13: return scatterRows();
    case 14: return rmsNorm();
    case 15: return rmsNormBackwardWeight();
    case 16: return rmsNormBackwardInput();
    case 17: return rope();
    case 18: return attention();
    case 19: return attentionBackward();
    case 20: return add();
    case 21: return copy();
    case 22: return fill();
    case 23: return squaredRelu();
    case 24: return squaredReluBackward();
    case 25: return embedding();
    case 26: return embeddingBackward();
    case 27: return crossEntropy();
    case 28: return sum();
    case 29: return squaresOfChunks();
    case 30: return sumOfChunks();
    case 31: return adamW();
  }
}

/** Runs an operation on all threads; its arguments are in memory. Called by thread 0. */
export function run(operation: i32): void {
  begin(operation);
  perform(operation);
  finish();
}

/** The life of every other thread: commands, until one has a negative operation. */
export function serve(): void {
  let generation = 0;
  atomic.add<i32>(READY, 1);
  for (;;) {
    generation = nextCommand(generation);
    const operation = load<i32>(OPERATION);
    if (operation < 0) return;
    perform(operation);
    finished();
  }
}

/** Ends the other threads. Called by thread 0. */
export function stop(): void {
  begin(-1);
}
