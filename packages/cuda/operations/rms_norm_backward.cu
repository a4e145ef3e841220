// With n = x * inverseRms and g = dOut * weight: dX = inverseRms * (g - n * mean(g * n)), dWeight += sum of dOut * n.
// Blocks take rows in turn and every thread keeps its columns' share of dWeight; the shares are added in a second kernel,
// always in the same order. dX may be dOut.
#include "_common.cuh"

/** Rows of at most 8 * blockDim.x elements: a thread has eight columns and ROWS rows of them under way at once. */
template <int ROWS, class T, class Weight>
__device__ void narrow(const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares,
                       int rows, int width, bool accumulate) {
  __shared__ float partial[32][ROWS];
  int column = 8 * threadIdx.x, warps = blockDim.x / 32;
  bool mine = column < width;
  float gain[8] = {}, share[8] = {};
  if (mine) load(weight + column, gain);
  for (int first = blockIdx.x * ROWS; first < rows; first += gridDim.x * ROWS) {
    Packet<T, 8> inputs[ROWS] = {}, gradients[ROWS] = {}, sums[ROWS] = {};
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      long long at = (first + r) * (long long)width + column;
      if (!mine || first + r >= rows) continue;
      inputs[r] = *reinterpret_cast<const Packet<T, 8>*>(x + at);
      gradients[r] = *reinterpret_cast<const Packet<T, 8>*>(dOut + at);
      if (accumulate) sums[r] = *reinterpret_cast<const Packet<T, 8>*>(dX + at);
    }
    float inverse[ROWS], mean[ROWS] = {};
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      inverse[r] = first + r < rows ? inverseRms[first + r] : 0;
      float dot = 0;
#pragma unroll
      for (int j = 0; j < 8; j++) {
        float n = toFloat(inputs[r].element[j]) * inverse[r], g = toFloat(gradients[r].element[j]);
        dot += g * gain[j] * n;
        share[j] += g * n;
      }
      dot = warpSum(dot);
      if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32][r] = dot;
    }
    __syncthreads();
    for (int warp = 0; warp < warps; warp++) {
#pragma unroll
      for (int r = 0; r < ROWS; r++) mean[r] += partial[warp][r];
    }
    __syncthreads();  // before the next rows
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      if (!mine || first + r >= rows) continue;
      float result[8];
#pragma unroll
      for (int j = 0; j < 8; j++) {
        float n = toFloat(inputs[r].element[j]) * inverse[r], g = toFloat(gradients[r].element[j]) * gain[j];
        result[j] = toFloat(sums[r].element[j]) + inverse[r] * (g - n * (mean[r] / width));
      }
      store(dX + (first + r) * (long long)width + column, result);
    }
  }
  if (mine) store(shares + blockIdx.x * (long long)width + column, share);
}

/** Rows of any length and alignment; shares of dWeight in shared memory. */
template <class T, class Weight>
__device__ void wide(const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares,
                     int rows, int width, bool accumulate) {
  extern __shared__ float share[];
  for (int i = threadIdx.x; i < width; i += blockDim.x) share[i] = 0;
  for (int row = blockIdx.x; row < rows; row += gridDim.x) {
    const T* input = x + row * (long long)width;
    const T* gradient = dOut + row * (long long)width;
    T* result = dX + row * (long long)width;
    float inverse = inverseRms[row], dot = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
      float n = toFloat(input[i]) * inverse, g = toFloat(gradient[i]);
      dot += g * toFloat(weight[i]) * n;
      share[i] += g * n;
    }
    float mean = blockSum(dot) / width;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
      float n = toFloat(input[i]) * inverse, g = toFloat(gradient[i]) * toFloat(weight[i]);
      float sum = accumulate ? toFloat(result[i]) : 0;
      result[i] = fromFloat<T>(sum + inverse * (g - n * mean));
    }
  }
  for (int i = threadIdx.x; i < width; i += blockDim.x) shares[blockIdx.x * (long long)width + i] = share[i];
}

/** dWeight[column] += sum of the shares. A block of 32 x 32 threads takes 32 columns. */
extern "C" __global__ void rms_norm_backward_weight(const float* shares, float* dWeight, int count, int width) {
  __shared__ float partial[32][32];
  int column = blockIdx.x * 32 + threadIdx.x;
  float sum = 0;
#pragma unroll 4
  for (int i = threadIdx.y; i < count; i += 32) sum += column < width ? shares[i * (long long)width + column] : 0;
  partial[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y > 0 || column >= width) return;
  for (int i = 1; i < 32; i++) sum += partial[i][threadIdx.x];
  dWeight[column] += sum;
}

#define ENTRY(T, nameT, Weight, nameWeight)                                                                           \
  extern "C" __global__ void __launch_bounds__(512) rms_norm_backward_##nameT##_##nameWeight(                          \
      const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares, int rows,       \
      int width, int accumulate) {                                                                                    \
    bool whole = width % 8 == 0 && width <= 8 * int(blockDim.x);                                                      \
    whole = whole && aligned(x) && aligned(weight) && aligned(dOut) && aligned(dX);                                   \
    if (whole) narrow<2>(x, weight, inverseRms, dOut, dX, shares, rows, width, accumulate != 0);                      \
    else wide(x, weight, inverseRms, dOut, dX, shares, rows, width, accumulate != 0);                                 \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
