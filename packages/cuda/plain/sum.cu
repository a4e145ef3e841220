// out = scale * factor * sum of x, or added to out. One block, always the same order; sums of threads in f64.
#include "common.cuh"

extern "C" __global__ void sum_f32(const float* x, float* out, long long count, float scale, const float* factor,
                                   int accumulate) {
  double total = 0;
#pragma unroll 8
  for (long long i = threadIdx.x; i < count; i += blockDim.x) total += x[i];
  total = blockSum(total);
  if (factor != nullptr) scale *= *factor;
  if (threadIdx.x == 0) out[0] = (accumulate ? out[0] : 0) + float(total * scale);
}
