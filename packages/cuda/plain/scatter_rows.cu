// out[t] = sum over slots of x[positions[t, slot]], in slot order; NaN for a position that x does not have. One block a
// token.
#include "common.cuh"

template <class X, class Out>
__device__ void scatterRows(const X* x, const int* positions, Out* out, int slots, int width, int rows) {
  positions += blockIdx.x * slots;
  Out* to = out + blockIdx.x * (long long)width;
  for (int slot = 0; slot < slots; slot++) {
    if (unsigned(positions[slot]) < unsigned(rows)) continue;
    for (int i = threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(notANumber());
    return;
  }
  int vectors = width % 8 == 0 && aligned(x) && aligned(to) ? width / 8 : 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float total[8] = {};
    for (int slot = 0; slot < slots; slot++) {
      float value[8];
      load(x + positions[slot] * (long long)width + 8 * i, value);
#pragma unroll
      for (int j = 0; j < 8; j++) total[j] += value[j];
    }
    store(to + 8 * i, total);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) {
    float total = 0;
    for (int slot = 0; slot < slots; slot++) total += toFloat(x[positions[slot] * (long long)width + i]);
    to[i] = fromFloat<Out>(total);
  }
}

#define ENTRY(X, nameX, Out, nameOut)                                                                                \
  extern "C" __global__ void scatter_rows_##nameX##_##nameOut(const X* x, const int* positions, Out* out, int slots, \
                                                              int width, int rows) {                                 \
    scatterRows(x, positions, out, slots, width, rows);                                                              \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
