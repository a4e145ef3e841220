// A stable counting sort of replicas by expert in three launches: counts of every block of 256 replicas, their prefix sums
// and the padded segment starts, the places. `order` is filled with -1 before.
#include "common.cuh"

/** counts[block * experts + e] = replicas of expert e in the block. */
extern "C" __global__ void group_tokens_count(const int* expertOf, int* counts, int replicas, int experts) {
  extern __shared__ int histogram[];
  for (int e = threadIdx.x; e < experts; e += blockDim.x) histogram[e] = 0;
  __syncthreads();
  int replica = threadNumber();
  // An expert that there is not counts nothing.
  unsigned expert = replica < replicas ? unsigned(expertOf[replica]) : unsigned(experts);
  if (expert < unsigned(experts)) atomicAdd(&histogram[expert], 1);
  __syncthreads();
  for (int e = threadIdx.x; e < experts; e += blockDim.x) counts[blockIdx.x * experts + e] = histogram[e];
}

/** Turns the counts of the blocks into starts inside the expert's segment; one block. */
extern "C" __global__ void group_tokens_scan(int* blockCounts, int blocks, int experts, int align, int* counts, int* offsets) {
  for (int e = threadIdx.x; e < experts; e += blockDim.x) {
    int before = 0;
    for (int block = 0; block < blocks; block++) {
      int count = blockCounts[block * experts + e];
      blockCounts[block * experts + e] = before;
      before += count;
    }
    counts[e] = before;
  }
  __syncthreads();
  if (threadIdx.x > 0) return;
  int start = 0;
  for (int e = 0; e < experts; e++) {
    offsets[e] = start;
    start += (counts[e] + align - 1) / align * align;
  }
  offsets[experts] = start;
}

/** Every replica goes behind those of its expert that come before it. */
extern "C" __global__ void group_tokens_place(const int* expertOf, const int* blockStarts, const int* offsets, int* order,
                                              int* positions, int replicas, int experts) {
  extern __shared__ int warpCounts[];  // [warps][experts]
  int warps = blockDim.x / 32, warp = threadIdx.x / 32;
  for (int i = threadIdx.x; i < warps * experts; i += blockDim.x) warpCounts[i] = 0;
  __syncthreads();
  int replica = threadNumber();
  int expert = replica < replicas ? expertOf[replica] : -1;
  if (unsigned(expert) >= unsigned(experts)) expert = -1;
  unsigned same = __match_any_sync(~0u, expert);
  unsigned lower = same & ((1u << (threadIdx.x % 32)) - 1);
  if (expert >= 0 && lower == 0) warpCounts[warp * experts + expert] = __popc(same);
  __syncthreads();
  if (expert < 0) {
    if (replica < replicas) positions[replica] = -1;
    return;
  }
  int row = offsets[expert] + blockStarts[blockIdx.x * experts + expert] + __popc(lower);
  for (int before = 0; before < warp; before++) row += warpCounts[before * experts + expert];
  order[row] = replica;
  positions[replica] = row;
}
