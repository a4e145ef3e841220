import type { Kernels } from "@beyond24/device";
import type { Launcher } from "../_launch.ts";
import { adamW } from "./adam_w.ts";
import { add } from "./add.ts";
import { attention } from "./attention.ts";
import { attentionBackward } from "./attention_backward.ts";
import { clipFactor } from "./clip_factor.ts";
import { clusterMeans } from "./cluster_means.ts";
import { copy } from "./copy.ts";
import { countNonzero } from "./count_nonzero.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { embedding } from "./embedding.ts";
import { embeddingBackward } from "./embedding_backward.ts";
import { fill } from "./fill.ts";
import { gateSelect24 } from "./gate_select24.ts";
import { gatherRows } from "./gather_rows.ts";
import { groupTokens } from "./group_tokens.ts";
import { groupedMatmulFeatures } from "./grouped_matmul_features.ts";
import { groupedMatmulNeurons } from "./grouped_matmul_neurons.ts";
import { groupedMatmulWeights } from "./grouped_matmul_weights.ts";
import { matmul } from "./matmul.ts";
import { recordRow } from "./record_row.ts";
import { rmsNorm } from "./rms_norm.ts";
import { rmsNormBackward } from "./rms_norm_backward.ts";
import { rope } from "./rope.ts";
import { routeTokens } from "./route_tokens.ts";
import { scatterRows } from "./scatter_rows.ts";
import { select24 } from "./select24.ts";
import { softThreshold24 } from "./soft_threshold24.ts";
import { squaredNorm } from "./squared_norm.ts";
import { squaredRelu } from "./squared_relu.ts";
import { squaredReluBackward } from "./squared_relu_backward.ts";
import { squaredReluSelect24 } from "./squared_relu_select24.ts";
import { sum } from "./sum.ts";

/** Every kernel of a device that runs what `launcher` is given. */
export function webGpuKernels(launcher: Launcher): Kernels {
  return {
    matmul: (args) => matmul(launcher, args),
    groupedMatmulNeurons: (args) => groupedMatmulNeurons(launcher, args),
    groupedMatmulFeatures: (args) => groupedMatmulFeatures(launcher, args),
    groupedMatmulWeights: (args) => groupedMatmulWeights(launcher, args),
    softThreshold24: (args) => softThreshold24(launcher, args),
    select24: (args) => select24(launcher, args),
    squaredReluSelect24: (args) => squaredReluSelect24(launcher, args),
    gateSelect24: (args) => gateSelect24(launcher, args),
    countNonzero: (args) => countNonzero(launcher, args),
    clusterMeans: (args) => clusterMeans(launcher, args),
    routeTokens: (args) => routeTokens(launcher, args),
    groupTokens: (args) => groupTokens(launcher, args),
    gatherRows: (args) => gatherRows(launcher, args),
    scatterRows: (args) => scatterRows(launcher, args),
    rmsNorm: (args) => rmsNorm(launcher, args),
    rmsNormBackward: (args) => rmsNormBackward(launcher, args),
    rope: (args) => rope(launcher, args),
    attention: (args) => attention(launcher, args),
    attentionBackward: (args) => attentionBackward(launcher, args),
    add: (args) => add(launcher, args),
    copy: (args) => copy(launcher, args),
    fill: (args) => fill(launcher, args),
    squaredRelu: (args) => squaredRelu(launcher, args),
    squaredReluBackward: (args) => squaredReluBackward(launcher, args),
    embedding: (args) => embedding(launcher, args),
    embeddingBackward: (args) => embeddingBackward(launcher, args),
    crossEntropy: (args) => crossEntropy(launcher, args),
    sum: (args) => sum(launcher, args),
    recordRow: (args) => recordRow(launcher, args),
    squaredNorm: (args) => squaredNorm(launcher, args),
    clipFactor: (args) => clipFactor(launcher, args),
    adamW: (args) => adamW(launcher, args),
  };
}
