// out = a + b. Any mixture of f32 and bf16; out may be a or b.
#include "common.cuh"

template <class A, class B, class Out>
__device__ void add(const A* a, const B* b, Out* out, long long count) {
  long long vectors = aligned(a) && aligned(b) && aligned(out) ? count / 8 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float x[8], y[8];
    load(a + 8 * i, x);
    load(b + 8 * i, y);
#pragma unroll
    for (int j = 0; j < 8; j++) x[j] += y[j];
    store(out + 8 * i, x);
  }
  for (long long i = 8 * vectors + threadNumber(); i < count; i += threadCount()) {
    out[i] = fromFloat<Out>(toFloat(a[i]) + toFloat(b[i]));
  }
}

#define ENTRY(A, nameA, B, nameB, Out, nameOut)                                                                     \
  extern "C" __global__ void add_##nameA##_##nameB##_##nameOut(const A* a, const B* b, Out* out, long long count) { \
    add(a, b, out, count);                                                                                          \
  }
ENTRY(float, f32, float, f32, float, f32)
ENTRY(float, f32, float, f32, bf16, bf16)
ENTRY(float, f32, bf16, bf16, float, f32)
ENTRY(float, f32, bf16, bf16, bf16, bf16)
ENTRY(bf16, bf16, float, f32, float, f32)
ENTRY(bf16, bf16, float, f32, bf16, bf16)
ENTRY(bf16, bf16, bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16, bf16, bf16)
