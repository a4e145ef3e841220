// Rows of bf16 in and out of expert order. features a multiple of 8; one warp a row.
//
//   void gather_rows(const bf16* from, bf16* to, const int* order, int rows, int features)
//     to[i] = from[order[i]], or zeros where order[i] is -1; to [rows, features]
//   void scatter_rows(const bf16* from, bf16* to, const int* order, int rows, int features)
//     to[order[i]] = from[i], skipped where order[i] is -1; from [rows, features]
//
// Launch: grid ceil(rows / 8), block 256, no dynamic shared memory.

template <bool GATHER>
__device__ __forceinline__ void permute(const uint4* __restrict__ from, uint4* __restrict__ to,
                                        const int* __restrict__ order, int rows, int vectors) {
  const int row = blockIdx.x * 8 + threadIdx.x / 32, lane = threadIdx.x & 31;
  if (row >= rows) return;
  const int other = order[row];
  if (!GATHER && other < 0) return;
  const uint4* source = from + static_cast<long>(GATHER ? other : row) * vectors;
  uint4* target = to + static_cast<long>(GATHER ? row : other) * vectors;
  int i = lane;
  for (; i + 224 < vectors; i += 256) {
    uint4 v[8];
#pragma unroll
    for (int j = 0; j < 8; j++) v[j] = other < 0 ? make_uint4(0, 0, 0, 0) : source[i + 32 * j];
#pragma unroll
    for (int j = 0; j < 8; j++) target[i + 32 * j] = v[j];
  }
  for (; i < vectors; i += 32) target[i] = other < 0 ? make_uint4(0, 0, 0, 0) : source[i];
}

extern "C" __global__ void __launch_bounds__(256)
    gather_rows(const uint4* from, uint4* to, const int* order, int rows, int features) {
  permute<true>(from, to, order, rows, features / 8);
}

extern "C" __global__ void __launch_bounds__(256)
    scatter_rows(const uint4* from, uint4* to, const int* order, int rows, int features) {
  permute<false>(from, to, order, rows, features / 8);
}
