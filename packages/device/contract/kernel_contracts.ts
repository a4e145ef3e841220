import type { KernelName } from "../kernels.ts";
import type { KernelContract } from "./kernel_contract.ts";
import { adamWContract } from "./adam_w_contract.ts";
import { addContract } from "./add_contract.ts";
import { attentionBackwardContract } from "./attention_backward_contract.ts";
import { attentionContract } from "./attention_contract.ts";
import { cachedAttentionContract } from "./cached_attention_contract.ts";
import { clipFactorContract } from "./clip_factor_contract.ts";
import { clusterMeansContract } from "./cluster_means_contract.ts";
import { copyContract } from "./copy_contract.ts";
import { countNonzeroContract } from "./count_nonzero_contract.ts";
import { crossEntropyContract } from "./cross_entropy_contract.ts";
import { embeddingBackwardContract } from "./embedding_backward_contract.ts";
import { embeddingContract } from "./embedding_contract.ts";
import { fillContract } from "./fill_contract.ts";
import { squaredReluBackwardSelect24Contract } from "./squared_relu_backward_select24_contract.ts";
import { gatherRowsContract } from "./gather_rows_contract.ts";
import { groupTokensContract } from "./group_tokens_contract.ts";
import { groupedMatmulFeaturesContract } from "./grouped_matmul_features_contract.ts";
import { groupedMatmulNeuronsContract } from "./grouped_matmul_neurons_contract.ts";
import { groupedMatmulWeightsContract } from "./grouped_matmul_weights_contract.ts";
import { logLikelihoodContract } from "./log_likelihood_contract.ts";
import { matmulContract } from "./matmul_contract.ts";
import { recordRowContract } from "./record_row_contract.ts";
import { rmsNormBackwardContract } from "./rms_norm_backward_contract.ts";
import { rmsNormContract } from "./rms_norm_contract.ts";
import { ropeContract } from "./rope_contract.ts";
import { routeEnergiesContract } from "./route_energies_contract.ts";
import { routeTokensContract } from "./route_tokens_contract.ts";
import { scatterRowsContract } from "./scatter_rows_contract.ts";
import { select24Contract } from "./select24_contract.ts";
import { softThreshold24Contract } from "./soft_threshold24_contract.ts";
import { squaredNormContract } from "./squared_norm_contract.ts";
import { squaredReluBackwardContract } from "./squared_relu_backward_contract.ts";
import { squaredReluContract } from "./squared_relu_contract.ts";
import { squaredReluSelect24Contract } from "./squared_relu_select24_contract.ts";
import { sumContract } from "./sum_contract.ts";
import { writeRowsContract } from "./write_rows_contract.ts";

/** What the suite asks of every kernel. */
export const kernelContracts: Readonly<Record<KernelName, KernelContract>> = {
  matmul: matmulContract,
  groupedMatmulNeurons: groupedMatmulNeuronsContract,
  groupedMatmulFeatures: groupedMatmulFeaturesContract,
  groupedMatmulWeights: groupedMatmulWeightsContract,
  softThreshold24: softThreshold24Contract,
  select24: select24Contract,
  squaredReluSelect24: squaredReluSelect24Contract,
  squaredReluBackwardSelect24: squaredReluBackwardSelect24Contract,
  countNonzero: countNonzeroContract,
  clusterMeans: clusterMeansContract,
  routeTokens: routeTokensContract,
  routeEnergies: routeEnergiesContract,
  groupTokens: groupTokensContract,
  gatherRows: gatherRowsContract,
  scatterRows: scatterRowsContract,
  rmsNorm: rmsNormContract,
  rmsNormBackward: rmsNormBackwardContract,
  rope: ropeContract,
  attention: attentionContract,
  attentionBackward: attentionBackwardContract,
  cachedAttention: cachedAttentionContract,
  writeRows: writeRowsContract,
  add: addContract,
  copy: copyContract,
  fill: fillContract,
  squaredRelu: squaredReluContract,
  squaredReluBackward: squaredReluBackwardContract,
  embedding: embeddingContract,
  embeddingBackward: embeddingBackwardContract,
  crossEntropy: crossEntropyContract,
  logLikelihood: logLikelihoodContract,
  sum: sumContract,
  recordRow: recordRowContract,
  squaredNorm: squaredNormContract,
  clipFactor: clipFactorContract,
  adamW: adamWContract,
};
