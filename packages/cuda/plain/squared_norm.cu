// Sum of all squares. A launch takes up to 128 tensors; a block takes 65,536 elements of one and leaves its part; one
// block adds the parts, always in the same order.
#include "common.cuh"

constexpr int TENSORS = 128, SHARE = 65536;

/** Kernel parameters hold 4 KiB. `firstBlock[i + 1]` is where tensor i ends; tensors that are not there end where the
 * last one does. */
struct Tensors {
  const float* x[TENSORS];
  long long count[TENSORS];
  int firstBlock[TENSORS + 1];
};

extern "C" __global__ void __launch_bounds__(256)
    squared_norm_part(const __grid_constant__ Tensors tensors, double* parts) {
  int tensor = 0;
  while (int(blockIdx.x) >= tensors.firstBlock[tensor + 1]) tensor++;
  const float* x = tensors.x[tensor];
  long long first = (long long)(int(blockIdx.x) - tensors.firstBlock[tensor]) * SHARE;
  int count = int(min(tensors.count[tensor] - first, (long long)SHARE));
  x += first;
  double total = 0;
  int vectors = aligned(x) ? count / 4 : 0;
#pragma unroll 8
  for (int i = threadIdx.x; i < vectors; i += 256) {
    float value[4];
    load(x + 4 * i, value);
    total += value[0] * value[0] + value[1] * value[1] + (value[2] * value[2] + value[3] * value[3]);
  }
  for (int i = 4 * vectors + threadIdx.x; i < count; i += 256) total += x[i] * x[i];
  total = blockSum(total);
  if (threadIdx.x == 0) parts[blockIdx.x] = total;
}

extern "C" __global__ void squared_norm_total(const double* parts, float* out, int count) {
  double total = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) total += parts[i];
  total = blockSum(total);
  if (threadIdx.x == 0) out[0] = float(total);
}
