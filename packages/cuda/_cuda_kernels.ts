import type { KernelTable } from "@beyond24/device";
import type { LaunchContext } from "./launch_context.ts";
import { adamW } from "./operations/adam_w.ts";
import { add } from "./operations/add.ts";
import { attention } from "./operations/attention.ts";
import { attentionBackward } from "./operations/attention_backward.ts";
import { clipFactor } from "./operations/clip_factor.ts";
import { clusterMeans } from "./operations/cluster_means.ts";
import { copy } from "./operations/copy.ts";
import { countNonzero } from "./operations/count_nonzero.ts";
import { crossEntropy } from "./operations/cross_entropy.ts";
import { embedding } from "./operations/embedding.ts";
import { embeddingBackward } from "./operations/embedding_backward.ts";
import { fill } from "./operations/fill.ts";
import { gateSelect24 } from "./operations/gate_select24.ts";
import { gatherRows } from "./operations/gather_rows.ts";
import { groupTokens } from "./operations/group_tokens.ts";
import { groupedMatmulFeatures } from "./operations/grouped_matmul_features.ts";
import { groupedMatmulNeurons } from "./operations/grouped_matmul_neurons.ts";
import { groupedMatmulWeights } from "./operations/grouped_matmul_weights.ts";
import { matmul } from "./operations/matmul.ts";
import { recordRow } from "./operations/record_row.ts";
import { rmsNorm } from "./operations/rms_norm.ts";
import { rmsNormBackward } from "./operations/rms_norm_backward.ts";
import { rope } from "./operations/rope.ts";
import { routeEnergies } from "./operations/route_energies.ts";
import { routeTokens } from "./operations/route_tokens.ts";
import { scatterRows } from "./operations/scatter_rows.ts";
import { select24 } from "./operations/select24.ts";
import { softThreshold24 } from "./operations/soft_threshold24.ts";
import { squaredNorm } from "./operations/squared_norm.ts";
import { squaredRelu } from "./operations/squared_relu.ts";
import { squaredReluBackward } from "./operations/squared_relu_backward.ts";
import { squaredReluSelect24 } from "./operations/squared_relu_select24.ts";
import { sum } from "./operations/sum.ts";

/** Every operation. */
export const cudaKernels: KernelTable<LaunchContext> = {
  adamW,
  add,
  attention,
  attentionBackward,
  clipFactor,
  clusterMeans,
  copy,
  countNonzero,
  crossEntropy,
  embedding,
  embeddingBackward,
  fill,
  gateSelect24,
  gatherRows,
  groupTokens,
  groupedMatmulFeatures,
  groupedMatmulNeurons,
  groupedMatmulWeights,
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
};
