// logLikelihoods = logits[target] - ln sum exp(logits), greedy = whether the target is the first of the largest. One
// block a row, one pass over it.
#include "log_sum_exp.cuh"

/** What a thread has seen of a row. */
struct Seen {
  Running running;
  bool better;  // whether greedy decoding would take one of the scores before the target's
};

__device__ __forceinline__ void look(Seen& seen, float other, int place, float score, int target) {
  seen.running = merge(seen.running, {other, 1});
  seen.better = seen.better || other > score || (other == score && place < target);
}

template <class T>
__device__ void logLikelihood(const T* logits, const int* targets, float* logLikelihoods, int* greedy, int vocabulary) {
  // Every row is read in the same way, so that equal rows give equal bits.
  int vectors = vocabulary % 8 == 0 && aligned(logits) ? vocabulary / 8 : 0;
  logits += blockIdx.x * (long long)vocabulary;
  int target = targets[blockIdx.x];
  bool fits = unsigned(target) < unsigned(vocabulary);
  float score = fits ? toFloat(logits[target]) : 0;
  Seen seen = {{-INFINITY, 0}, false};
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float other[8];
    load(logits + 8 * i, other);
#pragma unroll
    for (int j = 0; j < 8; j++) look(seen, other[j], 8 * i + j, score, target);
  }
  for (int i = 8 * vectors + threadIdx.x; i < vocabulary; i += blockDim.x)
    look(seen, toFloat(logits[i]), i, score, target);
  Running total = blockMerge(seen.running);
  bool better = __syncthreads_or(seen.better);
  if (threadIdx.x != 0) return;
  // Of a row that asks for nothing, or that has no such token. The largest is taken off first: it may dwarf the
  // difference.
  float other = target == -1 ? 0 : notANumber();
  logLikelihoods[blockIdx.x] = fits ? (score - total.largest) - logf(total.sum) : other;
  greedy[blockIdx.x] = fits && !better;
}

#define ENTRY(T, nameT)                                                                                         \
  extern "C" __global__ void log_likelihood_##nameT(const T* logits, const int* targets, float* logLikelihoods, \
                                                    int* greedy, int vocabulary) {                              \
    logLikelihood(logits, targets, logLikelihoods, greedy, vocabulary);                                         \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
