// losses = ln sum exp(logits) - logits[target]; dLogits = (softmax - onehot) * scale, in place allowed. One block a
// row, two blocks a multiprocessor, so that one reads while the other computes: largest score and sum in one pass, the
// gradient in a second one, for which as much of the row as fits stays in shared memory; the rest is read again.
#include "log_sum_exp.cuh"

/** A row of packets of eight scores, of which the first `keptCount` are kept in shared memory. */
template <class T>
struct Row {
  const Packet<T, 8>* logits;
  Packet<T, 8>* kept;
  int keptCount;
};

template <class T>
__device__ __forceinline__ void unpack(const Packet<T, 8>& packet, float (&score)[8]) {
#pragma unroll
  for (int j = 0; j < 8; j++) score[j] = toFloat(packet.element[j]);
}

/** COUNT packets, a block apart; their loads are under way together. */
template <int COUNT, class T>
__device__ __forceinline__ void accumulate(Running& running, const Row<T>& row, int first) {
  Packet<T, 8> packet[COUNT];
  int step = blockDim.x;
#pragma unroll
  for (int i = 0; i < COUNT; i++) packet[i] = row.logits[first + i * step];
  float largest = running.largest;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    if (first + i * step < row.keptCount) row.kept[first + i * step] = packet[i];
#pragma unroll
    for (int j = 0; j < 8; j++) largest = larger(largest, toFloat(packet[i].element[j]));
  }
  if (largest == -INFINITY) return;
  running.sum *= exponential(running.largest - largest);
  running.largest = largest;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
#pragma unroll
    for (int j = 0; j < 8; j++) running.sum += exponential(toFloat(packet[i].element[j]) - largest);
  }
}

/** A target, what its row sums up to, and the factor on its gradient. */
struct Slope {
  int target;
  float logSumExp, scale;
};

template <int COUNT, class T>
__device__ __forceinline__ void differentiate(const Row<T>& row, T* dLogits, int first, const Slope& slope) {
  Packet<T, 8> packet[COUNT];
  int step = blockDim.x;
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    packet[i] = first + i * step < row.keptCount ? row.kept[first + i * step] : row.logits[first + i * step];
  }
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    float score[8];
    unpack(packet[i], score);
#pragma unroll
    for (int j = 0; j < 8; j++) score[j] = exponential(score[j] - slope.logSumExp) * slope.scale;
    if (slope.target / 8 == first + i * step) {
#pragma unroll
      for (int j = 0; j < 8; j++) score[j] -= slope.target % 8 == j ? slope.scale : 0;
    }
    store(dLogits + 8 * (first + i * step), score);
  }
}

template <class T>
__device__ void crossEntropy(const T* logits, const int* targets, float* losses, T* dLogits, int vocabulary,
                             int classes, float scale, const float* factor, int keptCount) {
  extern __shared__ __align__(16) char kept[];
  constexpr int COUNT = 4;
  // Every row is read in the same way, so that equal rows give equal bits.
  int vectors = vocabulary % 8 == 0 && aligned(logits) && aligned(dLogits) ? classes / 8 : 0;
  logits += blockIdx.x * (long long)vocabulary;
  if (dLogits != nullptr) dLogits += blockIdx.x * (long long)vocabulary;
  int target = targets[blockIdx.x], step = blockDim.x;
  Row<T> row = {reinterpret_cast<const Packet<T, 8>*>(logits), reinterpret_cast<Packet<T, 8>*>(kept), keptCount};
  Running running = {-INFINITY, 0};
  int i = threadIdx.x;
  for (; i + (COUNT - 1) * step < vectors; i += COUNT * step) accumulate<COUNT>(running, row, i);
  for (; i < vectors; i += step) accumulate<1>(running, row, i);
  for (int j = 8 * vectors + threadIdx.x; j < classes; j += step) running = merge(running, {toFloat(logits[j]), 1});
  running = blockMerge(running);
  float logSumExp = running.largest + logf(running.sum);
  bool fits = unsigned(target) < unsigned(classes);
  float other =
      target == -1 ? 0 : notANumber();  // of a row that counts nothing, whatever its scores are, or has no such target
  if (threadIdx.x == 0) losses[blockIdx.x] = fits ? logSumExp - toFloat(logits[target]) : other;
  if (dLogits == nullptr) return;
  __syncthreads();  // the target's score has been read before it may be overwritten
  for (int j = classes + threadIdx.x; j < vocabulary; j += step) dLogits[j] = fromFloat<T>(0);
  if (!fits) {
    for (int j = threadIdx.x; j < classes; j += step) dLogits[j] = fromFloat<T>(other);
    return;
  }
  if (factor != nullptr) scale *= *factor;
  Slope slope = {target, logSumExp, scale};
  i = threadIdx.x;
  for (; i + (COUNT - 1) * step < vectors; i += COUNT * step) differentiate<COUNT>(row, dLogits, i, slope);
  for (; i < vectors; i += step) differentiate<1>(row, dLogits, i, slope);
  for (int j = 8 * vectors + threadIdx.x; j < classes; j += step) {
    dLogits[j] = fromFloat<T>((exponential(toFloat(logits[j]) - logSumExp) - (j == target ? 1 : 0)) * scale);
  }
}

#define ENTRY(T, nameT)                                                                                     \
  extern "C" __global__ void __launch_bounds__(512, 2)                                                      \
      cross_entropy_##nameT(const T* logits, const int* targets, float* losses, T* dLogits, int vocabulary, \
                            int classes, float scale, const float* factor, int keptCount) {                 \
    crossEntropy(logits, targets, losses, dLogits, vocabulary, classes, scale, factor, keptCount);          \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
