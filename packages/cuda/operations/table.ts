import type { KernelTable } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { adamW } from "./adam_w.ts";
import { add } from "./add.ts";
import { attention } from "./attention.ts";
import { attentionBackward } from "./attention_backward.ts";
import { cachedAttention } from "./cached_attention.ts";
import { clipFactor } from "./clip_factor.ts";
import { clusterMeans } from "./cluster_means.ts";
import { copy } from "./copy.ts";
import { countNonzero } from "./count_nonzero.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { embedding } from "./embedding.ts";
import { embeddingBackward } from "./embedding_backward.ts";
import { fill } from "./fill.ts";
import { squaredReluBackwardSelect24 } from "./squared_relu_backward_select24.ts";
import { gatherRows } from "./gather_rows.ts";
import { groupTokens } from "./group_tokens.ts";
import { groupedMatmulFeatures } from "./grouped_matmul_features.ts";
import { groupedMatmulNeurons } from "./grouped_matmul_neurons.ts";
import { groupedMatmulWeights } from "./grouped_matmul_weights.ts";
import { logLikelihood } from "./log_likelihood.ts";
import { matmul } from "./matmul.ts";
import { recordRow } from "./record_row.ts";
import { rmsNorm } from "./rms_norm.ts";
import { rmsNormBackward } from "./rms_norm_backward.ts";
import { rope } from "./rope.ts";
import { routeEnergies } from "./route_energies.ts";
import { routeTokens } from "./route_tokens.ts";
import { scatterRows } from "./scatter_rows.ts";
import { select24 } from "./select24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";
import { squaredNorm } from "./squared_norm.ts";
import { squaredRelu } from "./squared_relu.ts";
import { squaredReluBackward } from "./squared_relu_backward.ts";
import { squaredReluSelect24 } from "./squared_relu_select24.ts";
import { sum } from "./sum.ts";
import { writeRows } from "./write_rows.ts";

/** Every operation. */
export const cudaKernels: KernelTable<LaunchContext> = {
  adamW,
  add,
  attention,
  attentionBackward,
  cachedAttention,
  clipFactor,
  clusterMeans,
  copy,
  countNonzero,
  crossEntropy,
  embedding,
  embeddingBackward,
  fill,
  squaredReluBackwardSelect24,
  gatherRows,
  groupTokens,
  groupedMatmulFeatures,
  groupedMatmulNeurons,
  groupedMatmulWeights,
  logLikelihood,
  matmul,
  recordRow,
  rmsNorm,
  rmsNormBackward,
  rope,
  routeEnergies,
  routeTokens,
  scatterRows,
  select24,
  softThreshold24,
  squaredNorm,
  squaredRelu,
  squaredReluBackward,
  squaredReluSelect24,
  sum,
  writeRows,
};
