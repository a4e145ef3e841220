// Sum of all squares: every block leaves its part, one block adds the parts, always in the same order.
#include "_common.cuh"

extern "C" __global__ void squared_norm_part(const float* x, double* parts, long long count) {
  double total = 0;
  long long vectors = aligned(x) ? count / 4 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float value[4];
    load(x + 4 * i, value);
    total += value[0] * value[0] + value[1] * value[1] + (value[2] * value[2] + value[3] * value[3]);
  }
  for (long long i = 4 * vectors + threadNumber(); i < count; i += threadCount()) total += x[i] * x[i];
  total = blockSum(total);
  if (threadIdx.x == 0) parts[blockIdx.x] = total;
}

extern "C" __global__ void squared_norm_total(const double* parts, float* out, int count) {
  double total = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) total += parts[i];
  total = blockSum(total);
  if (threadIdx.x == 0) out[0] = float(total);
}
