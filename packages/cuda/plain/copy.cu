// out = x, converted. Copies between equal types are left to the driver.
#include "common.cuh"

template <class X, class Out>
__device__ void copy(const X* x, Out* out, long long count) {
  long long vectors = aligned(x) && aligned(out) ? count / 8 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float value[8];
    load(x + 8 * i, value);
    store(out + 8 * i, value);
  }
  for (long long i = 8 * vectors + threadNumber(); i < count; i += threadCount())
    out[i] = fromFloat<Out>(toFloat(x[i]));
}

extern "C" __global__ void copy_f32_bf16(const float* x, bf16* out, long long count) { copy(x, out, count); }
extern "C" __global__ void copy_bf16_f32(const bf16* x, float* out, long long count) { copy(x, out, count); }
