// losses = ln sum exp(logits) - logits[target]; dLogits = (softmax - onehot) * scale, in place allowed. One block a row:
// largest score and sum in one pass, the gradient in a second one, whose reading comes from the L2 cache.
#include "_common.cuh"

/** Largest score so far, and the sum of exp(score - largest). */
struct Running {
  float largest;
  float sum;
};

__device__ __forceinline__ Running merge(Running a, Running b) {
  float largest = fmaxf(a.largest, b.largest);
  if (largest == -INFINITY) return {largest, 0};
  return {largest, a.sum * expf(a.largest - largest) + b.sum * expf(b.largest - largest)};
}

__device__ Running blockMerge(Running mine) {
  __shared__ Running partial[32];
  for (int offset = 16; offset > 0; offset /= 2) {
    Running other = {__shfl_xor_sync(~0u, mine.largest, offset), __shfl_xor_sync(~0u, mine.sum, offset)};
    // The same operands in the same order in both lanes, so that all lanes agree to the bit.
    mine = threadIdx.x & offset ? merge(other, mine) : merge(mine, other);
  }
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = mine;
  __syncthreads();
  Running total = partial[0];
  for (int warp = 1; warp < blockDim.x / 32; warp++) total = merge(total, partial[warp]);
  return total;
}

template <class T>
__device__ void crossEntropy(const T* logits, const int* targets, float* losses, T* dLogits, int vocabulary, float scale) {
  logits += blockIdx.x * (long long)vocabulary;
  int target = targets[blockIdx.x];
  int vectors = aligned(logits) ? vocabulary / 8 : 0;
  Running running = {-INFINITY, 0};
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float score[8];
    load(logits + 8 * i, score);
    float largest = score[0];
#pragma unroll
    for (int j = 1; j < 8; j++) largest = fmaxf(largest, score[j]);
    if (largest > running.largest) {
      running.sum *= expf(running.largest - largest);
      running.largest = largest;
    }
    if (running.largest == -INFINITY) continue;
#pragma unroll
    for (int j = 0; j < 8; j++) running.sum += expf(score[j] - running.largest);
  }
  for (int i = 8 * vectors + threadIdx.x; i < vocabulary; i += blockDim.x) {
    running = merge(running, {toFloat(logits[i]), 1});
  }
  running = blockMerge(running);
  float logSumExp = running.largest + logf(running.sum);
  if (threadIdx.x == 0) losses[blockIdx.x] = target < 0 ? 0 : logSumExp - toFloat(logits[target]);
  if (dLogits == nullptr) return;
  __syncthreads();  // the target's score has been read before it may be overwritten
  dLogits += blockIdx.x * (long long)vocabulary;
  if (!aligned(dLogits)) vectors = 0;
  float factor = target < 0 ? 0 : scale;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float score[8];
    load(logits + 8 * i, score);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      score[j] = factor == 0 ? 0 : (expf(score[j] - logSumExp) - (8 * i + j == target ? 1 : 0)) * factor;
    }
    store(dLogits + 8 * i, score);
  }
  for (int i = 8 * vectors + threadIdx.x; i < vocabulary; i += blockDim.x) {
    float gradient = (expf(toFloat(logits[i]) - logSumExp) - (i == target ? 1 : 0)) * factor;
    dLogits[i] = fromFloat<T>(factor == 0 ? 0 : gradient);
  }
}

#define ENTRY(T, nameT)                                                                                              \
  extern "C" __global__ void cross_entropy_##nameT(const T* logits, const int* targets, float* losses, T* dLogits,   \
                                                   int vocabulary, float scale) {                                    \
    crossEntropy(logits, targets, losses, dLogits, vocabulary, scale);                                               \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
