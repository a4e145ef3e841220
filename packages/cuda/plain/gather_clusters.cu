// out[i] = the part of x[floor(order[i] / replicas)] that is of the cluster in whose segment i lies: x [T, E * width].
// Zeros where order is negative and behind the last segment, NaN where x has no such row. One block a row.
#include "gather_row.cuh"

template <class X, class Out>
__device__ void gatherClusters(const X* x, const int* order, const int* offsets, Out* out, int replicas, int width,
                               int tokens, int experts) {
  int place = blockIdx.x, expert = 0;
  while (expert < experts && place >= offsets[expert + 1]) expert++;
  int replica = expert < experts ? order[place] : -1;
  gatherRow(x + expert * width, experts * (long long)width, replica, out + place * (long long)width, replicas, width,
            tokens);
}

#define ENTRY(X, nameX, Out, nameOut)                                                                   \
  extern "C" __global__ void gather_clusters_##nameX##_##nameOut(const X* x, const int* order,          \
                                                                 const int* offsets, Out* out,          \
                                                                 int replicas, int width, int tokens,   \
                                                                 int experts) {                         \
    gatherClusters(x, order, offsets, out, replicas, width, tokens, experts);                           \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
