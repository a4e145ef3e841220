// losses = ln sum exp(logits) - logits[target]; dLogits = (softmax - onehot) * scale, in place allowed. One block a row and a
// multiprocessor: largest score and sum in one pass, the gradient in a second one. With one row in flight a multiprocessor the rows
// of all stay in the L2 cache between the two.
#include "_common.cuh"

constexpr float LOG2_E = 1.4426950408889634f;

/** Largest score so far, and the sum of exp(score - largest). */
struct Running {
  float largest;
  float sum;
};

/** e^x; 2 ulp, and zero below -87 or so. */
__device__ __forceinline__ float exponential(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x * LOG2_E));
  return result;
}

__device__ __forceinline__ Running merge(Running a, Running b) {
  float largest = fmaxf(a.largest, b.largest);
  if (largest == -INFINITY) return {largest, 0};
  return {largest, a.sum * exponential(a.largest - largest) + b.sum * exponential(b.largest - largest)};
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

/** COUNT packets of eight scores, a block apart; their loads are under way together. */
template <int COUNT, class T>
__device__ __forceinline__ void accumulate(Running& running, const T* logits, int first) {
  float score[COUNT][8];
#pragma unroll
  for (int i = 0; i < COUNT; i++) load(logits + 8 * (first + i * int(blockDim.x)), score[i]);
  float largest = running.largest;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
#pragma unroll
    for (int j = 0; j < 8; j++) largest = fmaxf(largest, score[i][j]);
  }
  if (largest == -INFINITY) return;
  running.sum *= exponential(running.largest - largest);
  running.largest = largest;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
#pragma unroll
    for (int j = 0; j < 8; j++) running.sum += exponential(score[i][j] - largest);
  }
}

template <int COUNT, class T>
__device__ __forceinline__ void differentiate(const T* logits, T* dLogits, int first, int target, float logSumExp, float factor) {
  float score[COUNT][8];
#pragma unroll
  for (int i = 0; i < COUNT; i++) load(logits + 8 * (first + i * int(blockDim.x)), score[i]);
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    int packet = first + i * int(blockDim.x);
#pragma unroll
    for (int j = 0; j < 8; j++) score[i][j] = exponential(score[i][j] - logSumExp) * factor;
    if (target / 8 == packet) {
#pragma unroll
      for (int j = 0; j < 8; j++) score[i][j] -= target % 8 == j ? factor : 0;
    }
    store(dLogits + 8 * packet, score[i]);
  }
}

template <class T>
__device__ void crossEntropy(const T* logits, const int* targets, float* losses, T* dLogits, int vocabulary, float scale) {
  constexpr int COUNT = 4;
  logits += blockIdx.x * (long long)vocabulary;
  int target = targets[blockIdx.x], step = blockDim.x;
  int vectors = aligned(logits) ? vocabulary / 8 : 0;
  Running running = {-INFINITY, 0};
  int i = threadIdx.x;
  for (; i + (COUNT - 1) * step < vectors; i += COUNT * step) accumulate<COUNT>(running, logits, i);
  for (; i < vectors; i += step) accumulate<1>(running, logits, i);
  for (int j = 8 * vectors + threadIdx.x; j < vocabulary; j += step) running = merge(running, {toFloat(logits[j]), 1});
  running = blockMerge(running);
  float logSumExp = running.largest + logf(running.sum);
  if (threadIdx.x == 0) losses[blockIdx.x] = target < 0 ? 0 : logSumExp - toFloat(logits[target]);
  if (dLogits == nullptr) return;
  __syncthreads();  // the target's score has been read before it may be overwritten
  dLogits += blockIdx.x * (long long)vocabulary;
  if (target < 0) {  // whatever the scores are, NaN too
    for (int j = threadIdx.x; j < vocabulary; j += step) dLogits[j] = fromFloat<T>(0);
    return;
  }
  if (!aligned(dLogits)) vectors = 0;
  i = threadIdx.x;
  for (; i + (COUNT - 1) * step < vectors; i += COUNT * step) {
    differentiate<COUNT>(logits, dLogits, i, target, logSumExp, scale);
  }
  for (; i < vectors; i += step) differentiate<1>(logits, dLogits, i, target, logSumExp, scale);
  for (int j = 8 * vectors + threadIdx.x; j < vocabulary; j += step) {
    dLogits[j] = fromFloat<T>((exponential(toFloat(logits[j]) - logSumExp) - (j == target ? 1 : 0)) * scale);
  }
}

#define ENTRY(T, nameT)                                                                                              \
  extern "C" __global__ void __launch_bounds__(1024, 1)                                                              \
      cross_entropy_##nameT(const T* logits, const int* targets, float* losses, T* dLogits, int vocabulary, float scale) { \
    crossEntropy(logits, targets, losses, dLogits, vocabulary, scale);                                               \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
