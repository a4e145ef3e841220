// out += number of elements that are not zero, of the first `count`, or of the first offsets[experts] rows, two of
// which hold `pairElements`. Whole numbers:
// the order of additions does not show.
#include "common.cuh"

template <class T>
__device__ void countNonzero(const T* x, long long count, const int* usedRows, int pairElements, int* out) {
  if (usedRows != nullptr) count = min(count, usedRows[0] * (long long)pairElements / 2);
  int found = 0;
  long long vectors = aligned(x) ? count / 8 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float value[8];
    load(x + 8 * i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) found += value[j] != 0;
  }
  for (long long i = 8 * vectors + threadNumber(); i < count; i += threadCount()) found += toFloat(x[i]) != 0;
  found = blockSum(found);
  if (threadIdx.x == 0 && found > 0) atomicAdd(out, found);
}

extern "C" __global__ void count_nonzero_f32(const float* x, long long count, const int* usedRows, int pairElements,
                                             int* out) {
  countNonzero(x, count, usedRows, pairElements, out);
}
extern "C" __global__ void count_nonzero_bf16(const bf16* x, long long count, const int* usedRows, int pairElements,
                                              int* out) {
  countNonzero(x, count, usedRows, pairElements, out);
}
