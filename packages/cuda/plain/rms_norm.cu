// out = x * inverseRms * weight, inverseRms = 1 / sqrt(mean(x^2) + epsilon), of x + addend, which goes to `sum`, where
// there is an addend. One warp a row, which it keeps in registers between the two passes when the row has at most 32 *
// 8 * KEPT elements.
#include "common.cuh"

constexpr int KEPT = 8;                     // packets of eight elements a lane
constexpr int FEW = 16;                      // rows that are a token of as many sequences
constexpr float LARGEST = 3.402823466e38f;  // squares that add up to more give NaN

template <class T>
__device__ __forceinline__ const Packet<T, 8>* packets(const T* from) {
  return reinterpret_cast<const Packet<T, 8>*>(from);
}

/** a += b, rounded. */
template <class T>
__device__ __forceinline__ void addTo(Packet<T, 8>& a, const Packet<T, 8>& b) {
#pragma unroll
  for (int j = 0; j < 8; j++) a.element[j] = fromFloat<T>(toFloat(a.element[j]) + toFloat(b.element[j]));
}

template <class T, class Weight>
__device__ void rmsNorm(const T* x, const T* addend, T* sum, const Weight* weight, T* out, float* inverseRms, int rows,
                        int width, float epsilon) {
  int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, lane = threadIdx.x % 32;
  if (row >= rows) return;
  // Every row is read in the same way, so that equal rows give equal bits. Null is aligned.
  bool whole = width % 8 == 0 && aligned(x) && aligned(weight) && aligned(out) && aligned(addend) && aligned(sum);
  long long start = row * (long long)width;
  x += start;
  out += start;
  if (addend != nullptr) {
    addend += start;
    sum += start;
  }
  if (rows <= FEW) {
    // Of a token's weights nothing is in a cache: they are asked for before the sum is there.
    for (int i = lane * (128 / int(sizeof(Weight))); i < width; i += 32 * (128 / int(sizeof(Weight)))) {
      asm volatile("prefetch.global.L1 [%0];" ::"l"(weight + i));
    }
  }
  int vectors = whole ? width / 8 : 0;
  Packet<T, 8> kept[KEPT];
  float squares = 0;
#pragma unroll
  for (int k = 0; k < KEPT; k++) {
    if (k * 32 + lane < vectors) kept[k] = packets(x)[k * 32 + lane];
  }
  if (addend != nullptr) {
    Packet<T, 8> added[KEPT];  // all of them under way before the first sum is stored
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
      if (k * 32 + lane < vectors) added[k] = packets(addend)[k * 32 + lane];
    }
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
      if (k * 32 + lane >= vectors) break;
      addTo(kept[k], added[k]);
      reinterpret_cast<Packet<T, 8>*>(sum)[k * 32 + lane] = kept[k];
    }
    for (int i = KEPT * 32 + lane; i < vectors; i += 32) {
      Packet<T, 8> packet = packets(x)[i];
      addTo(packet, packets(addend)[i]);
      reinterpret_cast<Packet<T, 8>*>(sum)[i] = packet;
    }
    for (int i = 8 * vectors + lane; i < width; i += 32) sum[i] = fromFloat<T>(toFloat(x[i]) + toFloat(addend[i]));
    x = sum;  // every lane reads what it has written
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
  squares = warpSum(squares);
  float inverse = squares <= LARGEST ? 1 / sqrtf(squares / width + epsilon) : notANumber();
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
    out[i] = fromFloat<T>(toFloat(x[i]) * inverse * toFloat(weight[i]));
  }
}

#define ENTRY(T, nameT, Weight, nameWeight)                                                              \
  extern "C" __global__ void __launch_bounds__(128)                                                      \
      rms_norm_##nameT##_##nameWeight(const T* x, const T* addend, T* sum, const Weight* weight, T* out, \
                                      float* inverseRms, int rows, int width, float epsilon) {           \
    rmsNorm(x, addend, sum, weight, out, inverseRms, rows, width, epsilon);                              \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
