/** Operations of the module, in the order of the table in `kernels/mod.as`. */
const NAMES = [
  "matmul",
  "groupedMatmulNeurons",
  "groupedMatmulFeatures",
  "groupedMatmulWeights",
  "softThreshold24",
  "select24",
  "squaredReluSelect24",
  "gateSelect24",
  "countNonzero",
  "clusterMeans",
  "routeTokens",
  "groupTokens",
  "gatherRows",
  "scatterRows",
  "rmsNorm",
  "rmsNormBackwardWeight",
  "rmsNormBackwardInput",
  "rope",
  "attention",
  "attentionBackward",
  "add",
  "copy",
  "fill",
  "squaredRelu",
  "squaredReluBackward",
  "embedding",
  "embeddingBackward",
  "crossEntropy",
  "sum",
  "squaresOfChunks",
  "sumOfChunks",
  "adamW",
] as const;

/** An operation of the module. */
export type Operation = typeof NAMES[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, index) => [name, index]));

/** The number by which the module knows an operation. */
export function operationNumber(operation: Operation): number {
  return NUMBERS.get(operation) ?? -1;
}
