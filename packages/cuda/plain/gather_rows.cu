// out[i] = x[floor(order[i] / replicas)], zeros where order is negative, NaN where x has no such row. One block a row.
#include "gather_row.cuh"

template <class X, class Out>
__device__ void gatherRows(const X* x, const int* order, Out* out, int replicas, int width, int tokens) {
  gatherRow(x, width, order[blockIdx.x], out + blockIdx.x * (long long)width, replicas, width, tokens);
}

#define ENTRY(X, nameX, Out, nameOut)                                                                              \
  extern "C" __global__ void gather_rows_##nameX##_##nameOut(const X* x, const int* order, Out* out, int replicas, \
                                                             int width, int tokens) {                              \
    gatherRows(x, order, out, replicas, width, tokens);                                                            \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
