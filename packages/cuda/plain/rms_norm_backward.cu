// With n = x * inverseRms and g = dOut * weight: dX = inverseRms * (g - n * mean(g * n)), dWeight += sum of dOut * n.
// Blocks take rows in turn and every thread keeps its columns' share of dWeight; the shares are added in a second
// kernel, always in the same order. dX may be dOut.
#include "common.cuh"

constexpr int STAGES = 3;

__device__ __forceinline__ void copyAsync(void* shared, const void* global) {
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(global) : "memory");
}

/** Eight elements of x, dOut and dX, copied ahead by the thread that needs them. */
template <class T>
struct Stage {
  Packet<T, 8>* x;
  Packet<T, 8>* dOut;
  Packet<T, 8>* dX;
};

template <class T>
__device__ __forceinline__ void copyPacket(Packet<T, 8>* shared, const T* global) {
#pragma unroll
  for (int i = 0; i < int(sizeof(T)) / 2; i++) {
    copyAsync(reinterpret_cast<char*>(shared) + 16 * i, reinterpret_cast<const char*>(global) + 16 * i);
  }
}

/**
 * Rows of at most 8 * blockDim.x elements: a thread has the same eight columns of every row, and STAGES - 1 rows are on
 * their way to it while it works on one.
 */
template <class T, class Weight>
__device__ void narrow(const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares,
                       int rows, int width, bool accumulate) {
  extern __shared__ __align__(16) char staging[];
  __shared__ float partial[2][32];
  int column = 8 * threadIdx.x, warps = blockDim.x / 32, step = gridDim.x;
  bool mine = column < width;
  float gain[8] = {}, share[8] = {};
  if (mine) load(weight + column, gain);
  auto stage = [&](int index) -> Stage<T> {
    Packet<T, 8>* first = reinterpret_cast<Packet<T, 8>*>(staging) + (index % STAGES) * 3 * blockDim.x + threadIdx.x;
    return {first, first + blockDim.x, first + 2 * blockDim.x};
  };
  auto fetch = [&](int index) {
    long long row = blockIdx.x + (long long)index * step;
    if (mine && row < rows) {
      Stage<T> to = stage(index);
      copyPacket(to.x, x + row * width + column);
      copyPacket(to.dOut, dOut + row * width + column);
      if (accumulate) copyPacket(to.dX, dX + row * width + column);
    }
    asm volatile("cp.async.commit_group;" ::: "memory");
  };
  for (int index = 0; index < STAGES - 1; index++) fetch(index);
  for (int index = 0; blockIdx.x + (long long)index * step < rows; index++) {
    long long row = blockIdx.x + (long long)index * step;
    fetch(index + STAGES - 1);
    asm volatile("cp.async.wait_group %0;" ::"n"(STAGES - 1) : "memory");
    Stage<T> from = stage(index);
    float n[8] = {}, g[8] = {}, inverse = inverseRms[row], dot = 0;
    if (mine) {
      load(reinterpret_cast<const T*>(from.x), n);
      load(reinterpret_cast<const T*>(from.dOut), g);
    }
#pragma unroll
    for (int j = 0; j < 8; j++) {
      n[j] *= inverse;
      share[j] += g[j] * n[j];
      g[j] *= gain[j];
      dot += g[j] * n[j];
    }
    dot = warpSum(dot);
    // Two sets in turn: a thread that writes the next one has passed the barrier behind which this one is read.
    if (threadIdx.x % 32 == 0) partial[index & 1][threadIdx.x / 32] = dot;
    __syncthreads();
    float mean = 0;
    for (int warp = 0; warp < warps; warp++) mean += partial[index & 1][warp];
    mean /= width;
    if (!mine) continue;
    float result[8] = {};
    if (accumulate) load(reinterpret_cast<const T*>(from.dX), result);
#pragma unroll
    for (int j = 0; j < 8; j++) result[j] += inverse * (g[j] - n[j] * mean);
    store(dX + row * width + column, result);
  }
  if (mine) store(shares + blockIdx.x * (long long)width + column, share);
}

/** Rows of any length and alignment; shares of dWeight in shared memory. */
template <class T, class Weight>
__device__ void wide(const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares,
                     int rows, int width, bool accumulate) {
  extern __shared__ __align__(16) char staging[];
  float* share = reinterpret_cast<float*>(staging);
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

#define ENTRY(T, nameT, Weight, nameWeight)                                                                     \
  extern "C" __global__ void __launch_bounds__(512) rms_norm_backward_##nameT##_##nameWeight(                   \
      const T* x, const Weight* weight, const float* inverseRms, const T* dOut, T* dX, float* shares, int rows, \
      int width, int accumulate) {                                                                              \
    bool whole = width % 8 == 0 && width <= 8 * int(blockDim.x);                                                \
    whole = whole && aligned(x) && aligned(weight) && aligned(dOut) && aligned(dX);                             \
    if (whole) narrow(x, weight, inverseRms, dOut, dX, shares, rows, width, accumulate != 0);                   \
    else wide(x, weight, inverseRms, dOut, dX, shares, rows, width, accumulate != 0);                           \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
