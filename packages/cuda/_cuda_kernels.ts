import type { Kernels } from "@beyond24/device";
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
import { routeTokens } from "./operations/route_tokens.ts";
import { scatterRows } from "./operations/scatter_rows.ts";
import { select24 } from "./operations/select24.ts";
import { softThreshold24 } from "./operations/soft_threshold24.ts";
import { squaredNorm } from "./operations/squared_norm.ts";
import { squaredRelu } from "./operations/squared_relu.ts";
import { squaredReluBackward } from "./operations/squared_relu_backward.ts";
import { squaredReluSelect24 } from "./operations/squared_relu_select24.ts";
import { sum } from "./operations/sum.ts";

/** Every operation, bound to a context. */
export function cudaKernels(context: LaunchContext): Kernels {
  return {
    adamW: (args) => adamW(context, args),
    add: (args) => add(context, args),
    attention: (args) => attention(context, args),
    attentionBackward: (args) => attentionBackward(context, args),
    clipFactor: (args) => clipFactor(context, args),
    clusterMeans: (args) => clusterMeans(context, args),
    copy: (args) => copy(context, args),
    countNonzero: (args) => countNonzero(context, args),
    crossEntropy: (args) => crossEntropy(context, args),
    embedding: (args) => embedding(context, args),
    embeddingBackward: (args) => embeddingBackward(context, args),
    fill: (args) => fill(context, args),
    gateSelect24: (args) => gateSelect24(context, args),
    gatherRows: (args) => gatherRows(context, args),
    groupTokens: (args) => groupTokens(context, args),
    groupedMatmulFeatures: (args) => groupedMatmulFeatures(context, args),
    groupedMatmulNeurons: (args) => groupedMatmulNeurons(context, args),
    groupedMatmulWeights: (args) => groupedMatmulWeights(context, args),
    matmul: (args) => matmul(context, args),
    recordRow: (args) => recordRow(context, args),
    rmsNorm: (args) => rmsNorm(context, args),
    rmsNormBackward: (args) => rmsNormBackward(context, args),
    rope: (args) => rope(context, args),
    routeTokens: (args) => routeTokens(context, args),
    scatterRows: (args) => scatterRows(context, args),
    select24: (args) => select24(context, args),
    softThreshold24: (args) => softThreshold24(context, args),
    squaredNorm: (args) => squaredNorm(context, args),
    squaredRelu: (args) => squaredRelu(context, args),
    squaredReluBackward: (args) => squaredReluBackward(context, args),
    squaredReluSelect24: (args) => squaredReluSelect24(context, args),
    sum: (args) => sum(context, args),
  };
}
