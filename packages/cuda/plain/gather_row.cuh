// One row of a gather, by one block: gather_rows and gather_clusters.
#pragma once
#include "common.cuh"

/** to = x[replica / replicas], rows `stride` apart: zeros where replica is negative, NaN where x has no such row. */
template <class X, class Out>
__device__ void gatherRow(const X* x, long long stride, int replica, Out* to, int replicas, int width, int tokens) {
  int row = max(replica, 0) / replicas;
  if (row >= tokens) {
    for (int i = threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(notANumber());
    return;
  }
  const X* from = x + row * stride;
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
