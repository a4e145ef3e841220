import type { KernelTable } from "@beyond24/device";
import type { Launcher } from "../_launch.ts";
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

/** Every kernel, on what launches shaders. */
export const webGpuKernels: KernelTable<Launcher> = {
  matmul,
  groupedMatmulNeurons,
  groupedMatmulFeatures,
  groupedMatmulWeights,
  softThreshold24,
  select24,
  squaredReluSelect24,
  squaredReluBackwardSelect24,
  countNonzero,
  clusterMeans,
  routeTokens,
  routeEnergies,
  groupTokens,
  gatherRows,
  scatterRows,
  rmsNorm,
  rmsNormBackward,
  rope,
  attention,
  attentionBackward,
  cachedAttention,
  writeRows,
  add,
  copy,
  fill,
  squaredRelu,
  squaredReluBackward,
  embedding,
  embeddingBackward,
  crossEntropy,
  logLikelihood,
  sum,
  recordRow,
  squaredNorm,
  clipFactor,
  adamW,
};
