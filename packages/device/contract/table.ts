// Written by deno task build:kernels; do not edit.
export { adamWContract as adamW } from "./adam_w_contract.ts";
export { addContract as add } from "./add_contract.ts";
export { attentionContract as attention } from "./attention_contract.ts";
export { attentionBackwardContract as attentionBackward } from "./attention_backward_contract.ts";
export { cachedAttentionContract as cachedAttention } from "./cached_attention_contract.ts";
export { clipFactorContract as clipFactor } from "./clip_factor_contract.ts";
export { clusterMeansContract as clusterMeans } from "./cluster_means_contract.ts";
export { copyContract as copy } from "./copy_contract.ts";
export { countNonzeroContract as countNonzero } from "./count_nonzero_contract.ts";
export { crossEntropyContract as crossEntropy } from "./cross_entropy_contract.ts";
export { embeddingContract as embedding } from "./embedding_contract.ts";
export { embeddingBackwardContract as embeddingBackward } from "./embedding_backward_contract.ts";
export { fillContract as fill } from "./fill_contract.ts";
export { gatherRowsContract as gatherRows } from "./gather_rows_contract.ts";
export { groupTokensContract as groupTokens } from "./group_tokens_contract.ts";
export { groupedMatmulFeaturesContract as groupedMatmulFeatures } from "./grouped_matmul_features_contract.ts";
export { groupedMatmulNeuronsContract as groupedMatmulNeurons } from "./grouped_matmul_neurons_contract.ts";
export { groupedMatmulWeightsContract as groupedMatmulWeights } from "./grouped_matmul_weights_contract.ts";
export { logLikelihoodContract as logLikelihood } from "./log_likelihood_contract.ts";
export { matmulContract as matmul } from "./matmul_contract.ts";
export { recordRowContract as recordRow } from "./record_row_contract.ts";
export { rmsNormContract as rmsNorm } from "./rms_norm_contract.ts";
export { rmsNormBackwardContract as rmsNormBackward } from "./rms_norm_backward_contract.ts";
export { ropeContract as rope } from "./rope_contract.ts";
export { routeEnergiesContract as routeEnergies } from "./route_energies_contract.ts";
export { routeTokensContract as routeTokens } from "./route_tokens_contract.ts";
export { scatterRowsContract as scatterRows } from "./scatter_rows_contract.ts";
export { select24Contract as select24 } from "./select24_contract.ts";
export { softThreshold24Contract as softThreshold24 } from "./soft_threshold24_contract.ts";
export { squaredNormContract as squaredNorm } from "./squared_norm_contract.ts";
export { squaredReluContract as squaredRelu } from "./squared_relu_contract.ts";
export { squaredReluBackwardContract as squaredReluBackward } from "./squared_relu_backward_contract.ts";
export {
  squaredReluBackwardSelect24Contract as squaredReluBackwardSelect24,
} from "./squared_relu_backward_select24_contract.ts";
export { squaredReluSelect24Contract as squaredReluSelect24 } from "./squared_relu_select24_contract.ts";
export { sumContract as sum } from "./sum_contract.ts";
export { writeRowsContract as writeRows } from "./write_rows_contract.ts";
