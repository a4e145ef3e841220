// out[i] = x[floor(order[i] / replicas)], zeros where order is negative, NaN where x has no such row. One block a row.
#include "common.cuh"

template <class X, class Out>
__device__ void gatherRows(const X* x, const int* order, Out* out, int replicas, int width, int tokens) {
  int replica = order[blockIdx.x];
  Out* to = out + blockIdx.x * (long long)width;
  int row = max(replica, 0) / replicas;
  if (row >= tokens) {
    for (int i = threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(notANumber());
    return;
  }
  const X* from = x + row * (long long)width;
  int vectors = aligned(from) && aligned(to) ? width / 8 : 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8] = {};
    if (replica >= 0) load(from + 8 * i, value);
    store(to + 8 * i, value);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) {
    to[i] = fromFloat<Out>(replica < 0 ? 0 : toFloat(from[i]));
  }
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
