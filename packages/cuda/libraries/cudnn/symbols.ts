/** The functions of cuDNN in use: its graph interface. */
export const CUDNN_SYMBOLS = {
  cudnnGetVersion: { parameters: [], result: "usize" },
  cudnnCreate: { parameters: ["buffer"], result: "i32" },
  cudnnDestroy: { parameters: ["u64"], result: "i32" },
  cudnnSetStream: { parameters: ["u64", "u64"], result: "i32" },
  cudnnGetLastErrorString: { parameters: ["buffer", "usize"], result: "void" },
  cudnnBackendCreateDescriptor: { parameters: ["i32", "buffer"], result: "i32" },
  cudnnBackendDestroyDescriptor: { parameters: ["u64"], result: "i32" },
  cudnnBackendSetAttribute: { parameters: ["u64", "i32", "i32", "i64", "buffer"], result: "i32" },
  cudnnBackendGetAttribute: { parameters: ["u64", "i32", "i32", "i64", "buffer", "buffer"], result: "i32" },
  cudnnBackendFinalize: { parameters: ["u64"], result: "i32" },
  cudnnBackendExecute: { parameters: ["u64", "u64", "u64"], result: "i32" },
} as const;

/** cuDNN, opened. */
export type CudnnLibrary = Deno.DynamicLibrary<typeof CUDNN_SYMBOLS>["symbols"];

/** Kinds of descriptors (`cudnnBackendDescriptorType_t`). */
export const DESCRIPTOR = {
  pointwise: 0,
  engineConfiguration: 3,
  heuristics: 4,
  plan: 5,
  pointwiseOperation: 13,
  graph: 15,
  variantPack: 16,
  tensor: 17,
  matmul: 18,
  matmulOperation: 19,
  reduction: 21,
  reductionOperation: 22,
  reshapeOperation: 31,
  bandMaskOperation: 44,
  softmaxOperation: 45,
} as const;

/** Types of attribute values (`cudnnBackendAttributeType_t`). */
export const VALUE = {
  handle: 0,
  dataType: 1,
  boolean: 2,
  int64: 3,
  pointer: 6,
  heuristicMode: 8,
  pointwiseMode: 14,
  descriptor: 15,
  reductionOperator: 18,
} as const;
