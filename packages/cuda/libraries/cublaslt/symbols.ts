/** The functions of cuBLASLt in use. */
export const CUBLASLT_SYMBOLS = {
  cublasLtCreate: { parameters: ["buffer"], result: "i32" },
  cublasLtDestroy: { parameters: ["u64"], result: "i32" },
  cublasLtGetVersion: { parameters: [], result: "usize" },
  cublasLtMatmulDescCreate: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cublasLtMatmulDescSetAttribute: { parameters: ["u64", "i32", "buffer", "usize"], result: "i32" },
  cublasLtMatrixLayoutCreate: { parameters: ["buffer", "i32", "u64", "u64", "i64"], result: "i32" },
  cublasLtMatmulPreferenceCreate: { parameters: ["buffer"], result: "i32" },
  cublasLtMatmulPreferenceDestroy: { parameters: ["u64"], result: "i32" },
  cublasLtMatmulPreferenceSetAttribute: { parameters: ["u64", "i32", "buffer", "usize"], result: "i32" },
  cublasLtMatmulAlgoGetHeuristic: {
    parameters: ["u64", "u64", "u64", "u64", "u64", "u64", "u64", "i32", "buffer", "buffer"],
    result: "i32",
  },
  cublasLtMatmul: {
    parameters: [
      "u64",
      "u64",
      "buffer",
      "u64",
      "u64",
      "u64",
      "u64",
      "buffer",
      "u64",
      "u64",
      "u64",
      "u64",
      "buffer",
      "u64",
      "usize",
      "u64",
    ],
    result: "i32",
  },
} as const;

/** cuBLASLt, opened. */
export type CublasLtLibrary = Deno.DynamicLibrary<typeof CUBLASLT_SYMBOLS>["symbols"];
