// Attention of single tokens to a cache, for bf16 heads of 32, 64 and 128 that lie at multiples of 16 bytes. A
// block takes SPLIT keys of a head of a token: LANES lanes a key, all of whose keys and values are loaded at once. The
// last block of a head to be done puts them together in order, so that sums are always the same.
#include "attention.cuh"
#include "last_block.cuh"

constexpr int THREADS = 128, SPLIT = 64, BATCH = 16;
constexpr float LOWEST = -3.402823466e38f;

/** Eight neighbouring elements of a weighted sum of values, the largest score in it, and the sum of the weights. */
struct Part {
  float largest = LOWEST, total = 0, result[8] = {};

  /** Takes in what lanes `offset` apart have. Both get the same bits. */
  __device__ __forceinline__ void merge(int offset) {
    float other = __shfl_xor_sync(~0u, largest, offset), newLargest = fmaxf(largest, other);
    float own = expf(largest - newLargest), others = expf(other - newLargest);
    total = total * own + __shfl_xor_sync(~0u, total, offset) * others;
#pragma unroll
    for (int j = 0; j < 8; j++) result[j] = result[j] * own + __shfl_xor_sync(~0u, result[j], offset) * others;
    largest = newLargest;
  }
};

/** What `count` parts have together, of an element each thread: part p lies at parts + p * stride. In order. */
__device__ __forceinline__ float together(const float* parts, int stride, int count, int element) {
  float largest = LOWEST, total = 0, sum = 0;
  for (int start = 0; start < count; start += BATCH) {
    float largestOf[BATCH], totalOf[BATCH], sumOf[BATCH], newLargest = largest;
#pragma unroll
    for (int i = 0; i < BATCH; i++) {
      const float* part = parts + (start + i) * stride;
      bool isThere = start + i < count;
      largestOf[i] = isThere ? __ldcg(part) : LOWEST;
      totalOf[i] = isThere ? __ldcg(part + 1) : 0;
      sumOf[i] = isThere ? __ldcg(part + 2 + element) : 0;
    }
#pragma unroll
    for (int i = 0; i < BATCH; i++) newLargest = fmaxf(newLargest, largestOf[i]);
    float shrink = expf(largest - newLargest);
    total *= shrink;
    sum *= shrink;
#pragma unroll
    for (int i = 0; i < BATCH; i++) {
      float weight = expf(largestOf[i] - newLargest);
      total += weight * totalOf[i];
      sum += weight * sumOf[i];
    }
    largest = newLargest;
  }
  return sum / total;
}

template <int LANES>
__device__ void splitAttention(const bf16* q, const bf16* keys, const bf16* values, const int* places, bf16* out,
                               float* partial, unsigned* counters, int capacity, const Shape& shape) {
  constexpr int DIM = 8 * LANES, GROUPS = THREADS / LANES, STEPS = SPLIT / GROUPS, WARPS = THREADS / 32;
  __shared__ float ofWarps[WARPS][2 + DIM];
  int row = blockIdx.x, token = row / shape.heads, head = row % shape.heads, place = places[token];
  bf16* to = out + row * (long long)DIM;
  if (unsigned(place) >= unsigned(capacity)) {
    if (blockIdx.y > 0) return;
    for (int d = threadIdx.x; d < DIM; d += THREADS) to[d] = fromFloat<bf16>(notANumber());
    return;
  }
  int position = place % shape.sequenceLength, parts = position / SPLIT + 1;
  if (blockIdx.y >= parts) return;
  int lane = threadIdx.x % 32, group = threadIdx.x / LANES, element = threadIdx.x % LANES * 8;
  long long stride = (long long)shape.keyValueHeads * DIM;
  long long start = (place - position) * stride + head * shape.keyValueHeads / shape.heads * DIM + element;
  Packet<bf16, 8> key[STEPS] = {}, value[STEPS] = {};
#pragma unroll
  for (int step = 0; step < STEPS; step++) {
    int at = blockIdx.y * SPLIT + step * GROUPS + group;
    if (at <= position) key[step] = *reinterpret_cast<const Packet<bf16, 8>*>(keys + start + at * stride);
  }
#pragma unroll
  for (int step = 0; step < STEPS; step++) {
    int at = blockIdx.y * SPLIT + step * GROUPS + group;
    if (at <= position) value[step] = *reinterpret_cast<const Packet<bf16, 8>*>(values + start + at * stride);
  }
  float query[8], score[STEPS], scale = rsqrtf(float(DIM));
  load(q + row * (long long)DIM + element, query);
  Part part;
#pragma unroll
  for (int step = 0; step < STEPS; step++) {
    float sum = 0;
#pragma unroll
    for (int j = 0; j < 8; j++) sum = fmaf(query[j] * scale, toFloat(key[step].element[j]), sum);
#pragma unroll
    for (int offset = LANES / 2; offset > 0; offset /= 2) sum += __shfl_xor_sync(~0u, sum, offset);
    score[step] = blockIdx.y * SPLIT + step * GROUPS + group <= position ? sum : -INFINITY;
    part.largest = fmaxf(part.largest, score[step]);
  }
#pragma unroll
  for (int step = 0; step < STEPS; step++) {
    float weight = expf(score[step] - part.largest);
    part.total += weight;
#pragma unroll
    for (int j = 0; j < 8; j++) part.result[j] = fmaf(weight, toFloat(value[step].element[j]), part.result[j]);
  }
#pragma unroll
  for (int offset = LANES; offset < 32; offset *= 2) part.merge(offset);
  float* own = ofWarps[threadIdx.x / 32];
  if (lane < LANES) {
    if (lane == 0) own[0] = part.largest, own[1] = part.total;
#pragma unroll
    for (int j = 0; j < 8; j++) own[2 + element + j] = part.result[j];
  }
  __syncthreads();
  float largest = LOWEST;
#pragma unroll
  for (int warp = 0; warp < WARPS; warp++) largest = fmaxf(largest, ofWarps[warp][0]);
  float* ofBlock = partial + (row * (long long)gridDim.y + blockIdx.y) * (2 + DIM);
  for (int d = threadIdx.x; d < DIM; d += THREADS) {
    float total = 0, sum = 0;
#pragma unroll
    for (int warp = 0; warp < WARPS; warp++) {
      float weight = expf(ofWarps[warp][0] - largest);
      total += weight * ofWarps[warp][1];
      sum += weight * ofWarps[warp][2 + d];
    }
    if (parts == 1) to[d] = fromFloat<bf16>(sum / total);
    else {
      if (d == 0) ofBlock[0] = largest, ofBlock[1] = total;
      ofBlock[2 + d] = sum;
    }
  }
  if (parts == 1 || !isLastBlock(counters + row, parts)) return;
  const float* ofHead = partial + row * (long long)gridDim.y * (2 + DIM);
  for (int d = threadIdx.x; d < DIM; d += THREADS) to[d] = fromFloat<bf16>(together(ofHead, 2 + DIM, parts, d));
}

#define ENTRY(LANES, DIM)                                                                                            \
  extern "C" __global__ void __launch_bounds__(THREADS) split_attention_##DIM(                                       \
      const bf16* q, const bf16* keys, const bf16* values, const int* places, bf16* out, float* partial,             \
      unsigned* counters, int capacity, int sequenceLength, int heads, int keyValueHeads) {                          \
    splitAttention<LANES>(q, keys, values, places, out, partial, counters, capacity,                                 \
                          {sequenceLength, heads, keyValueHeads, DIM});                                              \
  }
ENTRY(4, 32)
ENTRY(8, 64)
ENTRY(16, 128)
