// Gradients of attention: p = exp(score - logSumExp), dScore = p (dOut v - dOut out), dQ = dScore k, dK = dScore q,
// dV = p dOut. One kernel goes over queries for dQ, one over keys for dK and dV, so that nothing is added by two warps.
#include "attention.cuh"

/** deltas[b, h, s] = dOut out. */
template <class T>
__device__ void deltasOf(const T* dOut, const T* out, float* deltas, Shape shape, long long items) {
  long long item = blockIdx.x * (long long)(blockDim.x / 32) + threadIdx.x / 32;
  if (item >= items) return;
  Place place(item, shape.heads, shape.sequenceLength);
  long long start = rowStart(shape, place.sequence, place.position, place.head, shape.heads);
  float sum = 0;
  for (int d = threadIdx.x % 32; d < shape.headDim; d += 32) sum += toFloat(dOut[start + d]) * toFloat(out[start + d]);
  sum = warpSum(sum);
  if (threadIdx.x % 32 == 0) deltas[item] = sum;
}

template <class T>
__device__ void gradientOfQueries(const T* q, const T* k, const T* v, const T* dOut, const float* logSumExp,
                                  const float* deltas, T* dQ, Shape shape, long long items) {
  extern __shared__ float rows[];
  int lane = threadIdx.x % 32;
  long long item = blockIdx.x * (long long)(blockDim.x / 32) + threadIdx.x / 32;
  if (item >= items) return;
  Place place(item, shape.heads, shape.sequenceLength);
  int dim = shape.headDim, keyHead = place.head * shape.keyValueHeads / shape.heads;
  float *query = rows + threadIdx.x / 32 * 2 * dim, *gradient = query + dim;
  long long start = rowStart(shape, place.sequence, place.position, place.head, shape.heads);
  float scale = rsqrtf(float(dim));
  for (int d = lane; d < dim; d += 32) {
    query[d] = toFloat(q[start + d]) * scale;
    gradient[d] = toFloat(dOut[start + d]);
  }
  __syncwarp();
  long long keys = rowStart(shape, place.sequence, 0, keyHead, shape.keyValueHeads);
  long long keyStride = (long long)shape.keyValueHeads * dim;
  float result[MAX_PER_LANE] = {};
  for (int first = 0; first <= place.position; first += 32) {
    int key = first + lane;
    float dScore = 0;
    if (key <= place.position) {
      float probability = expf(dot(query, k + keys + key * keyStride, dim) - logSumExp[item]);
      dScore = scale * probability * (dot(gradient, v + keys + key * keyStride, dim) - deltas[item]);
    }
    for (int j = 0; j < min(32, place.position + 1 - first); j++) {
      float weight = __shfl_sync(~0u, dScore, j);
      const T* row = k + keys + (first + j) * keyStride;
#pragma unroll
      for (int i = 0; i < MAX_PER_LANE; i++) {
        if (lane + 32 * i < dim) result[i] += weight * toFloat(row[lane + 32 * i]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < MAX_PER_LANE; i++) {
    if (lane + 32 * i < dim) dQ[start + lane + 32 * i] = fromFloat<T>(result[i]);
  }
}

template <class T>
__device__ void gradientOfKeys(const T* q, const T* k, const T* v, const T* dOut, const float* logSumExp,
                               const float* deltas, T* dK, T* dV, Shape shape, long long items) {
  extern __shared__ float rows[];
  int lane = threadIdx.x % 32;
  long long item = blockIdx.x * (long long)(blockDim.x / 32) + threadIdx.x / 32;
  if (item >= items) return;
  Place place(item, shape.keyValueHeads, shape.sequenceLength);
  int dim = shape.headDim, group = shape.heads / shape.keyValueHeads;
  float *key = rows + threadIdx.x / 32 * 2 * dim, *value = key + dim;
  long long start = rowStart(shape, place.sequence, place.position, place.head, shape.keyValueHeads);
  float scale = rsqrtf(float(dim));
  for (int d = lane; d < dim; d += 32) {
    key[d] = toFloat(k[start + d]) * scale;
    value[d] = toFloat(v[start + d]);
  }
  __syncwarp();
  long long queryStride = (long long)shape.heads * dim;
  float sumK[MAX_PER_LANE] = {}, sumV[MAX_PER_LANE] = {};
  for (int head = place.head * group; head < (place.head + 1) * group; head++) {
    long long queries = rowStart(shape, place.sequence, 0, head, shape.heads);
    long long statistics = (place.sequence * (long long)shape.heads + head) * shape.sequenceLength;
    for (int first = place.position; first < shape.sequenceLength; first += 32) {
      int query = first + lane;
      float probability = 0, dScore = 0;
      if (query < shape.sequenceLength) {
        probability = expf(dot(key, q + queries + query * queryStride, dim) - logSumExp[statistics + query]);
        float dProbability = dot(value, dOut + queries + query * queryStride, dim);
        dScore = scale * probability * (dProbability - deltas[statistics + query]);
      }
      for (int j = 0; j < min(32, shape.sequenceLength - first); j++) {
        float weightV = __shfl_sync(~0u, probability, j), weightK = __shfl_sync(~0u, dScore, j);
        long long row = queries + (first + j) * queryStride;
#pragma unroll
        for (int i = 0; i < MAX_PER_LANE; i++) {
          if (lane + 32 * i >= dim) continue;
          sumV[i] += weightV * toFloat(dOut[row + lane + 32 * i]);
          sumK[i] += weightK * toFloat(q[row + lane + 32 * i]);
        }
      }
    }
  }
#pragma unroll
  for (int i = 0; i < MAX_PER_LANE; i++) {
    if (lane + 32 * i >= dim) continue;
    dK[start + lane + 32 * i] = fromFloat<T>(sumK[i]);
    dV[start + lane + 32 * i] = fromFloat<T>(sumV[i]);
  }
}

#define ENTRY(T, nameT)                                                                                               \
  extern "C" __global__ void attention_backward_deltas_##nameT(const T* dOut, const T* out, float* deltas,            \
                                                               long long items, int sequenceLength, int heads,        \
                                                               int keyValueHeads, int headDim) {                      \
    deltasOf(dOut, out, deltas, {sequenceLength, heads, keyValueHeads, headDim}, items);                              \
  }                                                                                                                   \
  extern "C" __global__ void attention_backward_queries_##nameT(                                                      \
      const T* q, const T* k, const T* v, const T* dOut, const float* logSumExp, const float* deltas, T* dQ,          \
      long long items, int sequenceLength, int heads, int keyValueHeads, int headDim) {                               \
    gradientOfQueries(q, k, v, dOut, logSumExp, deltas, dQ, {sequenceLength, heads, keyValueHeads, headDim}, items);  \
  }                                                                                                                   \
  extern "C" __global__ void attention_backward_keys_##nameT(                                                         \
      const T* q, const T* k, const T* v, const T* dOut, const float* logSumExp, const float* deltas, T* dK, T* dV,   \
      long long items, int sequenceLength, int heads, int keyValueHeads, int headDim) {                               \
    gradientOfKeys(q, k, v, dOut, logSumExp, deltas, dK, dV, {sequenceLength, heads, keyValueHeads, headDim}, items); \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
