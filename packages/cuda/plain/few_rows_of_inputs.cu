// out = a · weights for up to ROWS rows of a: weights [K, N]. A block takes eight packets of columns and `depth` rows
// of the weights, 128 of them at a time; its 32 groups of eight threads each take every 32nd row. Where K is divided
// among several blocks, the last one of some columns to be done adds up what all of them have, in order.
#include "few_rows.cuh"
#include "last_block.cuh"

constexpr int THREADS = 256, GROUPS = THREADS / 8, STEPS = 4, CHUNK = GROUPS * STEPS;

/** What a thread has of the sum of `count` numbers that four neighbouring threads add up, eight loads under way. */
__device__ __forceinline__ float everyFourth(const float* numbers, long long stride, int count) {
  float total = 0;
  for (int start = threadIdx.x % 4; start < count; start += 32) {
    float number[8];
#pragma unroll
    for (int i = 0; i < 8; i++) number[i] = start + 4 * i < count ? __ldcg(numbers + (start + 4 * i) * stride) : 0;
#pragma unroll
    for (int i = 0; i < 8; i++) total += number[i];
  }
  return total;
}

template <int ROWS, class T, class Out>
__device__ void fewRowsOfInputs(const T* __restrict__ a, const T* __restrict__ weights, Out* out, float* partial,
                                unsigned* counters, int m, int n, int k, int depth) {
  constexpr int WIDE = 8 * WIDTH<T>;
  __shared__ float x[ROWS][CHUNK];
  __shared__ float sums[THREADS / 32][ROWS][WIDE];
  int lane = threadIdx.x % 32, group = threadIdx.x / 8, within = threadIdx.x % 8 * WIDTH<T>;
  int first = blockIdx.x * WIDE, column = first + within;
  int begin = blockIdx.y * depth, end = min(k, begin + depth);
  float sum[ROWS][WIDTH<T>] = {};
  for (int chunk = begin; chunk < end; chunk += CHUNK) {
    Packet<T, WIDTH<T>> packet[STEPS] = {};
#pragma unroll
    for (int step = 0; step < STEPS; step++) {
      int at = chunk + step * GROUPS + group;
      if (at < end && column < n) packet[step] = loadOnce(weights + at * (long long)n + column);
    }
    __syncthreads();  // the chunk before may still be read
    for (int i = threadIdx.x; i < ROWS * CHUNK; i += THREADS) {
      int row = i / CHUNK, at = chunk + i % CHUNK;
      x[row][i % CHUNK] = row < m && at < end ? toFloat(a[row * (long long)k + at]) : 0;
    }
    __syncthreads();
#pragma unroll
    for (int step = 0; step < STEPS; step++) {
#pragma unroll
      for (int row = 0; row < ROWS; row++) {
        float factor = x[row][step * GROUPS + group];
#pragma unroll
        for (int j = 0; j < WIDTH<T>; j++) {
          sum[row][j] = fmaf(factor, toFloat(packet[step].element[j]), sum[row][j]);
        }
      }
    }
  }
#pragma unroll
  for (int row = 0; row < ROWS; row++) {
#pragma unroll
    for (int j = 0; j < WIDTH<T>; j++) {
      sum[row][j] += __shfl_xor_sync(~0u, sum[row][j], 8);
      sum[row][j] += __shfl_xor_sync(~0u, sum[row][j], 16);
      if (lane < 8) sums[threadIdx.x / 32][row][within + j] = sum[row][j];
    }
  }
  __syncthreads();
  int blocks = gridDim.y;
  for (int i = threadIdx.x; i < m * WIDE; i += THREADS) {
    int row = i / WIDE, at = i % WIDE;
    if (first + at >= n) continue;
    float total = 0;
#pragma unroll
    for (int warp = 0; warp < THREADS / 32; warp++) total += sums[warp][row][at];
    if (blocks == 1) out[row * (long long)n + first + at] = fromFloat<Out>(total);
    else partial[(blockIdx.y * (long long)m + row) * n + first + at] = total;
  }
  if (blocks == 1 || !isLastBlock(counters + blockIdx.x, blocks)) return;
  for (int i = threadIdx.x / 4; i < m * WIDE; i += THREADS / 4) {
    int row = i / WIDE, at = first + i % WIDE;
    float total = everyFourth(partial + row * (long long)n + min(at, n - 1), m * (long long)n, blocks);
    total += __shfl_xor_sync(~0u, total, 1);
    total += __shfl_xor_sync(~0u, total, 2);
    if (threadIdx.x % 4 == 0 && at < n) out[row * (long long)n + at] = fromFloat<Out>(total);
  }
}

#define ENTRY(T, nameT, Out, nameOut, ROWS)                                                                        \
  extern "C" __global__ void __launch_bounds__(THREADS) few_rows_of_inputs_##ROWS##_##nameT##_##nameOut(           \
      const T* a, const T* weights, Out* out, float* partial, unsigned* counters, int m, int n, int k, int depth) { \
    fewRowsOfInputs<ROWS>(a, weights, out, partial, counters, m, n, k, depth);                                     \
  }
#define ENTRIES(Out, nameOut)        \
  ENTRY(bf16, bf16, Out, nameOut, 1) \
  ENTRY(bf16, bf16, Out, nameOut, 8) \
  ENTRY(bf16, bf16, Out, nameOut, 16)
ENTRIES(float, f32)
ENTRIES(bf16, bf16)
