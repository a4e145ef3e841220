// dX = 2 dOut max(x, 0); dX may be dOut.
#include "common.cuh"

template <class T>
__device__ void squaredReluBackward(const T* x, const T* dOut, T* dX, long long count) {
  long long vectors = aligned(x) && aligned(dOut) && aligned(dX) ? count / 8 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float value[8], gradient[8];
    load(x + 8 * i, value);
    load(dOut + 8 * i, gradient);
#pragma unroll
    for (int j = 0; j < 8; j++) gradient[j] = value[j] < 0 ? 0 : 2 * gradient[j] * value[j];
    store(dX + 8 * i, gradient);
  }
  for (long long i = 8 * vectors + threadNumber(); i < count; i += threadCount()) {
    float value = toFloat(x[i]);
    dX[i] = fromFloat<T>(value < 0 ? 0 : 2 * toFloat(dOut[i]) * value);
  }
}

extern "C" __global__ void squared_relu_backward_f32(const float* x, const float* dOut, float* dX, long long count) {
  squaredReluBackward(x, dOut, dX, count);
}
extern "C" __global__ void squared_relu_backward_bf16(const bf16* x, const bf16* dOut, bf16* dX, long long count) {
  squaredReluBackward(x, dOut, dX, count);
}
