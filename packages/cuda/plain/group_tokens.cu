// A stable counting sort of replicas by expert in two launches: counts of every block of replicas; then every block
// adds up what lies before it, and places its own.
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

/** before[e] = replicas of expert e in earlier blocks, total[e] = in all of them. All threads; at most as many experts.
 */
__device__ __forceinline__ void addCounts(const int* blockCounts, int* before, int* total, int experts) {
  int parts = blockDim.x / experts, part = threadIdx.x / experts, expert = threadIdx.x % experts;
  if (threadIdx.x < experts) before[threadIdx.x] = total[threadIdx.x] = 0;
  __syncthreads();
  int earlier = 0, all = 0;
  if (part < parts) {
#pragma unroll 4
    for (int block = part; block < gridDim.x; block += parts) {
      int count = blockCounts[block * experts + expert];
      all += count;
      if (block < blockIdx.x) earlier += count;
    }
    atomicAdd(&before[expert], earlier);
    atomicAdd(&total[expert], all);
  }
  __syncthreads();
}

/** starts[e] = the first row of the segment of expert e, starts[experts] = the end of the last. One warp. */
__device__ __forceinline__ void startSegments(const int* total, int* starts, int experts, int align) {
  int lane = threadIdx.x, end = 0;
  for (int first = 0; first < experts; first += 32) {
    int expert = first + lane;
    int rows = expert < experts ? (total[expert] + align - 1) / align * align : 0, upTo = rows;
#pragma unroll
    for (int offset = 1; offset < 32; offset *= 2) {
      int other = __shfl_up_sync(~0u, upTo, offset);
      if (lane >= offset) upTo += other;
    }
    if (expert < experts) starts[expert] = end + upTo - rows;
    end += __shfl_sync(~0u, upTo, 31);
  }
  if (lane == 0) starts[experts] = end;
}

/** The row of a spread segment that holds what sorting puts into a row: its four quarters are dealt in turn. */
__device__ __forceinline__ int spreadRow(int row, const int* starts, int expert) {
  int quarter = (starts[expert + 1] - starts[expert]) / 4, place = row - starts[expert];
  return starts[expert] + 4 * (place % quarter) + place / quarter;
}

/** -1 for the rows behind the tokens of every expert, and behind the last segment. */
__device__ __forceinline__ void markPadding(const int* total, const int* starts, int* order, int experts, int rows,
                                            int spread) {
  for (int expert = blockIdx.x; expert < experts; expert += gridDim.x) {
    int end = min(starts[expert + 1], rows);
    for (int row = starts[expert] + total[expert] + threadIdx.x; row < end; row += blockDim.x) {
      order[spread ? spreadRow(row, starts, expert) : row] = -1;
    }
  }
  for (int row = starts[experts] + threadNumber(); row < rows; row += threadCount()) order[row] = -1;
}

/** Every replica goes behind those of its expert that come before it. */
extern "C" __global__ void group_tokens_place(const int* expertOf, const int* blockCounts, int* counts, int* offsets,
                                              int* order, int* positions, int replicas, int experts, int align,
                                              int rows, int spread) {
  extern __shared__ int shared[];
  int warps = blockDim.x / 32, warp = threadIdx.x / 32;
  int *before = shared, *total = before + experts, *starts = total + experts;
  int* warpCounts = starts + experts + 1;  // [warps][experts]
  for (int i = threadIdx.x; i < warps * experts; i += blockDim.x) warpCounts[i] = 0;
  addCounts(blockCounts, before, total, experts);
  if (warp == 0) startSegments(total, starts, experts, align);
  int replica = threadNumber();
  int expert = replica < replicas ? expertOf[replica] : -1;
  if (unsigned(expert) >= unsigned(experts)) expert = -1;
  unsigned same = __match_any_sync(~0u, expert);
  unsigned lower = same & ((1u << (threadIdx.x % 32)) - 1);
  if (expert >= 0 && lower == 0) warpCounts[warp * experts + expert] = __popc(same);
  __syncthreads();
  if (threadIdx.x < experts) {
    for (int i = 0, sum = 0; i < warps; i++) {
      int count = warpCounts[i * experts + threadIdx.x];
      warpCounts[i * experts + threadIdx.x] = sum;
      sum += count;
    }
    if (blockIdx.x == 0) counts[threadIdx.x] = total[threadIdx.x];
  }
  if (blockIdx.x == 0) {
    for (int e = threadIdx.x; e <= experts; e += blockDim.x) offsets[e] = starts[e];
  }
  __syncthreads();
  markPadding(total, starts, order, experts, rows, spread);
  if (replica >= replicas) return;
  int row = -1;
  if (expert >= 0) {
    row = starts[expert] + before[expert] + warpCounts[warp * experts + expert] + __popc(lower);
    if (spread) row = spreadRow(row, starts, expert);
    order[row] = replica;
  }
  positions[replica] = row;
}
