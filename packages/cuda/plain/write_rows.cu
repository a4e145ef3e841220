// out[rows[t]] = x[t]; a row that out does not have goes nowhere. One block a row of x.
#include "common.cuh"

template <class X, class Out>
__device__ void writeRows(const X* x, const int* rows, Out* out, int width, int capacity) {
  int row = rows[blockIdx.x];
  if (unsigned(row) >= unsigned(capacity)) return;
  const X* from = x + blockIdx.x * (long long)width;
  Out* to = out + row * (long long)width;
  int vectors = aligned(from) && aligned(to) ? width / 8 : 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8];
    load(from + 8 * i, value);
    store(to + 8 * i, value);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(toFloat(from[i]));
}

#define ENTRY(X, nameX, Out, nameOut)                                                                         \
  extern "C" __global__ void write_rows_##nameX##_##nameOut(const X* x, const int* rows, Out* out, int width, \
                                                            int capacity) {                                   \
    writeRows(x, rows, out, width, capacity);                                                                 \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
