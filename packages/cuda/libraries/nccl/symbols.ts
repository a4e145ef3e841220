/** Bytes of an `ncclUniqueId`. */
export const UNIQUE_ID_BYTES = 128;

/** `ncclUniqueId` is passed by value: 128 bytes, as words, since Deno has no arrays in structures. */
const UNIQUE_ID = {
  struct: [
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
    "u64",
  ],
} as const;

/** The functions of `libnccl.so.2` in use (nccl.h). Communicators, streams and device memory are addresses. */
export const NCCL_SYMBOLS = {
  ncclGetVersion: { parameters: ["buffer"], result: "i32" },
  ncclGetUniqueId: { parameters: ["buffer"], result: "i32" },
  ncclCommInitRank: { parameters: ["buffer", "i32", UNIQUE_ID, "i32"], result: "i32" },
  /** Takes the address of the id; since NCCL 2.23. */
  ncclCommInitRankScalable: {
    parameters: ["buffer", "i32", "i32", "i32", "buffer", "pointer"],
    result: "i32",
    optional: true,
  },
  ncclCommAbort: { parameters: ["u64"], result: "i32" },
  ncclCommGetAsyncError: { parameters: ["u64", "buffer"], result: "i32" },
  ncclGetErrorString: { parameters: ["i32"], result: "pointer" },
  ncclGetLastError: { parameters: ["u64"], result: "pointer" },
  ncclGroupStart: { parameters: [], result: "i32" },
  ncclGroupEnd: { parameters: [], result: "i32" },
  ncclAllReduce: { parameters: ["u64", "u64", "u64", "i32", "i32", "u64", "u64"], result: "i32" },
  ncclReduceScatter: { parameters: ["u64", "u64", "u64", "i32", "i32", "u64", "u64"], result: "i32" },
  ncclAllGather: { parameters: ["u64", "u64", "u64", "i32", "u64", "u64"], result: "i32" },
  ncclBroadcast: { parameters: ["u64", "u64", "u64", "i32", "i32", "u64", "u64"], result: "i32" },
} as const;

/** The functions of the opened library. */
export type NcclLibrary = Deno.StaticForeignLibraryInterface<typeof NCCL_SYMBOLS>;
