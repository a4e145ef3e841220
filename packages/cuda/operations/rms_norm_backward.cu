// With n = x * inverseRms and g = dOut * weight: dX = inverseRms * (g - n * mean(g * n)), dWeight += sum of dOut * n.
// A block takes every gridDim.x-th row and keeps its share of dWeight in shared memory, each thread its own columns; the
// shares are added in a second kernel, always in the same order. dX may be dOut.
#include "_common.cuh"

template <class T, class Weight>
__device__ void rmsNormBackward(const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX,
                                float* shares, int rows, int width, bool accumulate) {
  extern __shared__ float share[];
  for (int i = threadIdx.x; i < width; i += blockDim.x) share[i] = 0;
  __syncthreads();
  // Rows of a multiple of eight elements start aligned when the tensors do.
  bool vectorised = width % 8 == 0 && aligned(x) && aligned(weight) && aligned(dOut) && aligned(dX);
  int vectors = vectorised ? width / 8 : 0;
  for (int row = blockIdx.x; row < rows; row += gridDim.x) {
    const T* input = x + row * (long long)width;
    const T* gradient = dOut + row * (long long)width;
    T* result = dX + row * (long long)width;
    float inverse = inverseRms[row];
    float dot = 0;
    for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
      float n[8], g[8], gain[8];
      load(input + 8 * i, n);
      load(gradient + 8 * i, g);
      load(weight + 8 * i, gain);
#pragma unroll
      for (int j = 0; j < 8; j++) {
        n[j] *= inverse;
        dot += g[j] * gain[j] * n[j];
        share[j * vectors + i] += g[j] * n[j];  // strided by columns / 8: no bank conflicts
      }
    }
    for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) {
      float n = toFloat(input[i]) * inverse, g = toFloat(gradient[i]);
      dot += g * toFloat(weight[i]) * n;
      share[i] += g * n;
    }
    float mean = blockSum(dot) / width;
    for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
      float n[8], g[8], gain[8], sum[8] = {};
      load(input + 8 * i, n);
      load(gradient + 8 * i, g);
      load(weight + 8 * i, gain);
      if (accumulate) load(result + 8 * i, sum);
#pragma unroll
      for (int j = 0; j < 8; j++) sum[j] += inverse * (g[j] * gain[j] - n[j] * inverse * mean);
      store(result + 8 * i, sum);
    }
    for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) {
      float n = toFloat(input[i]) * inverse, g = toFloat(gradient[i]) * toFloat(weight[i]);
      float sum = accumulate ? toFloat(result[i]) : 0;
      result[i] = fromFloat<T>(sum + inverse * (g - n * mean));
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    shares[blockIdx.x * (long long)width + i] = share[i < 8 * vectors ? i % 8 * vectors + i / 8 : i];
  }
}

/** dWeight[column] += sum of the shares. A block of 32 x 8 threads takes 32 columns. */
extern "C" __global__ void rms_norm_backward_weight(const float* shares, float* dWeight, int count, int width) {
  __shared__ float partial[8][32];
  int column = blockIdx.x * 32 + threadIdx.x;
  float sum = 0;
  for (int i = threadIdx.y; i < count && column < width; i += 8) sum += shares[i * (long long)width + column];
  partial[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y > 0 || column >= width) return;
  for (int i = 1; i < 8; i++) sum += partial[i][threadIdx.x];
  dWeight[column] += sum;
}

#define ENTRY(T, nameT, Weight, nameWeight)                                                                           \
  extern "C" __global__ void rms_norm_backward_##nameT##_##nameWeight(                                                \
      const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares, int rows,       \
      int width, int accumulate) {                                                                                    \
    rmsNormBackward(x, weight, inverseRms, dOut, dX, shares, rows, width, accumulate != 0);                           \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
