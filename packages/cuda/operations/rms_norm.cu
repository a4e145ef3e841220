// out = x * inverseRms * weight, inverseRms = 1 / sqrt(mean(x^2) + epsilon). One warp a row, which it keeps in registers between the
// two passes when the row has at most 32 * 8 * KEPT elements.
#include "_common.cuh"

constexpr int KEPT = 8;  // packets of eight elements a lane

template <class X, class Weight, class Out>
__device__ void rmsNorm(const X* x, const Weight* weight, Out* out, float* inverseRms, int rows, int width, float epsilon) {
  int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, lane = threadIdx.x % 32;
  if (row >= rows) return;
  x += row * (long long)width;
  out += row * (long long)width;
  int vectors = aligned(x) && aligned(weight) && aligned(out) ? width / 8 : 0;
  Packet<X, 8> kept[KEPT];
  float squares = 0;
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    if (k * 32 + lane < vectors) kept[k] = reinterpret_cast<const Packet<X, 8>*>(x)[k * 32 + lane];
  }
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    if (k * 32 + lane >= vectors) break;
#pragma unroll
    for (int j = 0; j < 8; j++) squares += toFloat(kept[k].element[j]) * toFloat(kept[k].element[j]);
  }
  for (int i = KEPT * 32 + lane; i < vectors; i += 32) {
    float value[8];
    load(x + 8 * i, value);
#pragma unroll
    for (int j = 0; j < 8; j++) squares += value[j] * value[j];
  }
  for (int i = 8 * vectors + lane; i < width; i += 32) squares += toFloat(x[i]) * toFloat(x[i]);
  float inverse = 1 / sqrtf(warpSum(squares) / width + epsilon);
  if (lane == 0) inverseRms[row] = inverse;
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    if (k * 32 + lane >= vectors) break;
    float value[8], gain[8];
    load(weight + 8 * (k * 32 + lane), gain);
#pragma unroll
    for (int j = 0; j < 8; j++) value[j] = toFloat(kept[k].element[j]) * inverse * gain[j];
    store(out + 8 * (k * 32 + lane), value);
  }
  for (int i = KEPT * 32 + lane; i < vectors; i += 32) {
    float value[8], gain[8];
    load(x + 8 * i, value);
    load(weight + 8 * i, gain);
#pragma unroll
    for (int j = 0; j < 8; j++) value[j] *= inverse * gain[j];
    store(out + 8 * i, value);
  }
  for (int i = 8 * vectors + lane; i < width; i += 32) {
    out[i] = fromFloat<Out>(toFloat(x[i]) * inverse * toFloat(weight[i]));
  }
}

#define ENTRY(T, nameT, Weight, nameWeight)                                                                              \
  extern "C" __global__ void __launch_bounds__(128)                                                                      \
      rms_norm_##nameT##_##nameWeight(const T* x, const Weight* weight, T* out, float* inverseRms, int rows, int width,   \
                                      float epsilon) {                                                                   \
    rmsNorm(x, weight, out, inverseRms, rows, width, epsilon);                                                           \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
