// out = x * inverseRms * weight, inverseRms = 1 / sqrt(mean(x^2) + epsilon). One block a row; the second reading of the row
// comes from the cache.
#include "_common.cuh"

template <class X, class Weight, class Out>
__device__ void rmsNorm(const X* x, const Weight* weight, Out* out, float* inverseRms, int width, float epsilon) {
  x += blockIdx.x * (long long)width;
  out += blockIdx.x * (long long)width;
  int vectors = aligned(x) && aligned(weight) && aligned(out) ? width / 8 : 0;
  float squares = 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8];
    load(x + 8 * i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) squares += value[j] * value[j];
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) squares += toFloat(x[i]) * toFloat(x[i]);
  float inverse = 1 / sqrtf(blockSum(squares) / width + epsilon);
  if (threadIdx.x == 0) inverseRms[blockIdx.x] = inverse;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8], gain[8];
    load(x + 8 * i, value);
    load(weight + 8 * i, gain);
#pragma unroll
    for (int j = 0; j < 8; j++) value[j] *= inverse * gain[j];
    store(out + 8 * i, value);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) {
    out[i] = fromFloat<Out>(toFloat(x[i]) * inverse * toFloat(weight[i]));
  }
}

#define ENTRY(T, nameT, Weight, nameWeight)                                                                              \
  extern "C" __global__ void rms_norm_##nameT##_##nameWeight(const T* x, const Weight* weight, T* out, float* inverseRms, \
                                                             int width, float epsilon) {                                 \
    rmsNorm(x, weight, out, inverseRms, width, epsilon);                                                                 \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
