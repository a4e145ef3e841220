// Attention of single tokens to a cache of keys and values. One block a head of a token: every warp takes each WARPS-th
// run of 32 keys, one in each lane for the scores, then all lanes together over the width of the head; at last the
// warps are put together. Sums are always in the same order.
#include "attention.cuh"

constexpr int WARPS = 8;

/** What a warp has of the softmax: its largest score, the sum of its exponentials, and the weighted sum of values. */
struct Part {
  float largest = -INFINITY, total = 0, result[MAX_PER_LANE] = {};
};

template <class T>
__device__ void visit(Part& part, const float* query, const T* keys, const T* values, long long stride, int first,
                      int visible, int dim) {
  int lane = threadIdx.x % 32, key = first + lane;
  float score = key < visible ? dot(query, keys + key * stride, dim) : -INFINITY;
  float newLargest = fmaxf(part.largest, warpMax(score));
  float shrink = expf(part.largest - newLargest), probability = expf(score - newLargest);
  part.total = part.total * shrink + warpSum(probability);
  part.largest = newLargest;
#pragma unroll
  for (int i = 0; i < MAX_PER_LANE; i++) part.result[i] *= shrink;
  for (int j = 0; j < min(32, visible - first); j++) {
    float weight = __shfl_sync(~0u, probability, j);
    const T* value = values + (first + j) * stride;
#pragma unroll
    for (int i = 0; i < MAX_PER_LANE; i++) {
      if (lane + 32 * i < dim) part.result[i] += weight * toFloat(value[lane + 32 * i]);
    }
  }
}

template <class T>
__device__ void cachedAttention(const T* q, const T* keys, const T* values, const int* places, T* out, int capacity,
                                Shape shape) {
  extern __shared__ float query[];
  __shared__ float largestOf[WARPS], totalOf[WARPS];
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32, dim = shape.headDim;
  int token = blockIdx.x / shape.heads, head = blockIdx.x % shape.heads, place = places[token];
  long long start = blockIdx.x * (long long)dim;
  if (unsigned(place) >= unsigned(capacity)) {
    for (int d = threadIdx.x; d < dim; d += blockDim.x) out[start + d] = fromFloat<T>(notANumber());
    return;
  }
  float* results = query + dim;
  float scale = rsqrtf(float(dim));
  for (int d = threadIdx.x; d < dim; d += blockDim.x) query[d] = toFloat(q[start + d]) * scale;
  __syncthreads();
  int position = place % shape.sequenceLength, keyHead = head * shape.keyValueHeads / shape.heads;
  long long stride = (long long)shape.keyValueHeads * dim,
            first = (place - position) * stride + (long long)keyHead * dim;
  Part part;
  for (int run = 32 * warp; run <= position; run += 32 * WARPS) {
    visit(part, query, keys + first, values + first, stride, run, position + 1, dim);
  }
#pragma unroll
  for (int i = 0; i < MAX_PER_LANE; i++) {
    if (lane + 32 * i < dim) results[warp * dim + lane + 32 * i] = part.result[i];
  }
  if (lane == 0) largestOf[warp] = part.largest, totalOf[warp] = part.total;
  __syncthreads();
  float largest = largestOf[0], total = 0;
  for (int other = 1; other < WARPS; other++) largest = fmaxf(largest, largestOf[other]);
  for (int other = 0; other < WARPS; other++) total += totalOf[other] * expf(largestOf[other] - largest);
  for (int d = threadIdx.x; d < dim; d += blockDim.x) {
    float sum = 0;
    for (int other = 0; other < WARPS; other++) sum += results[other * dim + d] * expf(largestOf[other] - largest);
    out[start + d] = fromFloat<T>(sum / total);
  }
}

#define ENTRY(T, nameT)                                                                                             \
  extern "C" __global__ void __launch_bounds__(32 * WARPS)                                                          \
      cached_attention_##nameT(const T* q, const T* keys, const T* values, const int* places, T* out, int capacity, \
                               int sequenceLength, int heads, int keyValueHeads, int headDim) {                     \
    cachedAttention(q, keys, values, places, out, capacity, {sequenceLength, heads, keyValueHeads, headDim});       \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
