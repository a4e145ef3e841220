// out = softmax(causal(q k^T / sqrt(headDim))) v, and ln of the sum of exponentials.
#include "attention.cuh"

template <class T>
__device__ void attention(const T* q, const T* k, const T* v, T* out, float* logSumExp, Shape shape, long long items) {
  extern __shared__ float queries[];
  int lane = threadIdx.x % 32;
  long long item = blockIdx.x * (long long)(blockDim.x / 32) + threadIdx.x / 32;
  if (item >= items) return;
  Place place(item, shape.heads, shape.sequenceLength);
  int dim = shape.headDim, keyHead = place.head * shape.keyValueHeads / shape.heads;
  float* query = queries + threadIdx.x / 32 * dim;
  long long start = rowStart(shape, place.sequence, place.position, place.head, shape.heads);
  float scale = rsqrtf(float(dim));
  for (int d = lane; d < dim; d += 32) query[d] = toFloat(q[start + d]) * scale;
  __syncwarp();
  long long keys = rowStart(shape, place.sequence, 0, keyHead, shape.keyValueHeads);
  long long keyStride = (long long)shape.keyValueHeads * dim;
  float largest = -INFINITY, total = 0, result[MAX_PER_LANE] = {};
  for (int first = 0; first <= place.position; first += 32) {
    int key = first + lane;
    float score = key <= place.position ? dot(query, k + keys + key * keyStride, dim) : -INFINITY;
    float newLargest = fmaxf(largest, warpMax(score));
    float shrink = expf(largest - newLargest), probability = expf(score - newLargest);
    total = total * shrink + warpSum(probability);
    largest = newLargest;
#pragma unroll
    for (int i = 0; i < MAX_PER_LANE; i++) result[i] *= shrink;
    for (int j = 0; j < min(32, place.position + 1 - first); j++) {
      float weight = __shfl_sync(~0u, probability, j);
      const T* value = v + keys + (first + j) * keyStride;
#pragma unroll
      for (int i = 0; i < MAX_PER_LANE; i++) {
        if (lane + 32 * i < dim) result[i] += weight * toFloat(value[lane + 32 * i]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < MAX_PER_LANE; i++) {
    if (lane + 32 * i < dim) out[start + lane + 32 * i] = fromFloat<T>(result[i] / total);
  }
  if (lane == 0) logSumExp[item] = largest + logf(total);
}

#define ENTRY(T, nameT)                                                                                           \
  extern "C" __global__ void attention_##nameT(const T* q, const T* k, const T* v, T* out, float* logSumExp,      \
                                               long long items, int sequenceLength, int heads, int keyValueHeads, \
                                               int headDim) {                                                     \
    attention(q, k, v, out, logSumExp, {sequenceLength, heads, keyValueHeads, headDim}, items);                   \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
