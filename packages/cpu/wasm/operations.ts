/** Operations of the module, the one list of them: the build makes its switch from this, in this order. */
export const OPERATIONS = [
  "matmul",
  "groupedMatmulNeurons",
  "groupedMatmulFeatures",
  "groupedMatmulWeights",
  "softThreshold24",
  "select24",
  "squaredReluSelect24",
  "squaredReluBackwardSelect24",
  "countNonzero",
  "clusterMeans",
  "routeTokens",
  "routeEnergies",
  "groupTokens",
  "gatherRows",
  "scatterRows",
  "rmsNorm",
  "rmsNormBackwardWeight",
  "rmsNormBackwardInput",
  "rope",
  "attention",
  "attentionBackward",
  "cachedAttention",
  "writeRows",
  "add",
  "copy",
  "fill",
  "squaredRelu",
  "squaredReluBackward",
  "embedding",
  "embeddingBackward",
  "crossEntropy",
  "logLikelihood",
  "sum",
  "squaresOfChunks",
  "sumOfChunks",
  "adamW",
] as const;

/** An operation of the module. */
export type Operation = typeof OPERATIONS[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(OPERATIONS.map((name, index) => [name, index]));

/** The number by which the module knows an operation. */
export function operationNumber(operation: Operation): number {
  return NUMBERS.get(operation) ?? -1;
}
