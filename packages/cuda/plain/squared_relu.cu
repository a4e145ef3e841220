// out = max(x, 0)^2.
#include "common.cuh"

template <class X, class Out>
__device__ void squaredRelu(const X* x, Out* out, long long count) {
  long long vectors = aligned(x) && aligned(out) ? count / 8 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float value[8];
    load(x + 8 * i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) value[j] = value[j] < 0 ? 0 : value[j] * value[j];
    store(out + 8 * i, value);
  }
  for (long long i = 8 * vectors + threadNumber(); i < count; i += threadCount()) {
    float value = toFloat(x[i]);
    out[i] = fromFloat<Out>(value < 0 ? 0 : value * value);
  }
}

extern "C" __global__ void squared_relu_f32_f32(const float* x, float* out, long long count) {
  squaredRelu(x, out, count);
}
extern "C" __global__ void squared_relu_bf16_bf16(const bf16* x, bf16* out, long long count) {
  squaredRelu(x, out, count);
}
extern "C" __global__ void squared_relu_bf16_f32(const bf16* x, float* out, long long count) {
  squaredRelu(x, out, count);
}
extern "C" __global__ void squared_relu_f32_bf16(const float* x, bf16* out, long long count) {
  squaredRelu(x, out, count);
}
