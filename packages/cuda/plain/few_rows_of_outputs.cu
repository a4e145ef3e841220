// out = a · weightsᵀ for up to ROWS rows of a: weights [N, K]. A warp takes COLUMNS rows of the weights, all of whose
// loads are under way at once, four packets a lane at a time; up to three products of the same a are one launch.
#include "few_rows.cuh"

constexpr int WARPS = 4, STEPS = 4;

/** Weights of one product and where its results go; `squared` gets max(out, 0)² where it is not null. */
template <class T, class Out>
struct Part {
  const T* weights;
  Out* out;
  Out* squared;
  int columns;
};

/** A column of one of the parts. */
template <class T, class Out>
struct Column {
  const T* weights;
  Out *out, *squared;
  int stride;
};

/** The column of that number over all parts; those behind the last one are the last one again, and go nowhere. */
template <class T, class Out>
__device__ __forceinline__ Column<T, Out> columnOf(const Part<T, Out> (&parts)[3], int number, int k) {
  int left = number;
  Column<T, Out> result = {};
#pragma unroll
  for (int i = 0; i < 3; i++) {
    const Part<T, Out>& part = parts[i];
    bool isHere = left >= 0 && left < part.columns;
    if (isHere) {
      result.weights = part.weights + left * (long long)k;
      result.out = part.out + left;
      result.squared = part.squared == nullptr ? nullptr : part.squared + left;
      result.stride = part.columns;
    }
    left -= part.columns;
  }
  if (result.weights == nullptr) result.weights = parts[0].weights;
  return result;
}

template <int ROWS, int COLUMNS, class T, class Out>
__device__ void fewRowsOfOutputs(const T* __restrict__ a, const Part<T, Out> (&parts)[3], int m, int k) {
  constexpr int STRIDE = 32 * WIDTH<T>;
  int lane = threadIdx.x % 32;
  Column<T, Out> column[COLUMNS];
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    column[c] = columnOf(parts, (blockIdx.x * WARPS + threadIdx.x / 32) * COLUMNS + c, k);
  }
  float sum[ROWS][COLUMNS] = {};
  for (int first = lane * WIDTH<T>; first < k; first += STRIDE * STEPS) {
    Packet<T, WIDTH<T>> weights[COLUMNS][STEPS] = {};
#pragma unroll
    for (int step = 0; step < STEPS; step++) {
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) {
        if (first + step * STRIDE < k) weights[c][step] = loadOnce(column[c].weights + first + step * STRIDE);
      }
    }
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
      const T* from = a + min(row, m - 1) * (long long)k + first;
      Packet<T, WIDTH<T>> x[STEPS] = {};
#pragma unroll
      for (int step = 0; step < STEPS; step++) {
        if (first + step * STRIDE < k) x[step] = loadPacket(from + step * STRIDE);
      }
#pragma unroll
      for (int step = 0; step < STEPS; step++) {
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) {
#pragma unroll
          for (int j = 0; j < WIDTH<T>; j++) {
            sum[row][c] = fmaf(toFloat(x[step].element[j]), toFloat(weights[c][step].element[j]), sum[row][c]);
          }
        }
      }
    }
  }
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    float own = 0;  // that of the row with the number of the lane
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
      float total = warpSum(sum[row][c]);
      if (lane == row) own = total;
    }
    if (lane >= m || column[c].out == nullptr) continue;
    Out stored = fromFloat<Out>(own);
    column[c].out[lane * (long long)column[c].stride] = stored;
    if (column[c].squared != nullptr) {
      column[c].squared[lane * (long long)column[c].stride] = squaredReluOf(stored);
    }
  }
}

#define ENTRY(T, nameT, Out, nameOut, ROWS, COLUMNS)                                                                \
  extern "C" __global__ void __launch_bounds__(32 * WARPS)                                          \
      few_rows_of_outputs_##ROWS##_##nameT##_##nameOut(                                                             \
          const T* a, const T* weights0, const T* weights1, const T* weights2, Out* out0, Out* out1, Out* out2,     \
          Out* squared, int columns0, int columns1, int columns2, int m, int k) {                                   \
    Part<T, Out> parts[3] = {                                                                                       \
        {weights0, out0, squared, columns0}, {weights1, out1, nullptr, columns1}, {weights2, out2, nullptr, columns2}}; \
    fewRowsOfOutputs<ROWS, COLUMNS>(a, parts, m, k);                                                                \
  }
#define ENTRIES(Out, nameOut)         \
  ENTRY(bf16, bf16, Out, nameOut, 1, 1) \
  ENTRY(bf16, bf16, Out, nameOut, 8, 2) \
  ENTRY(bf16, bf16, Out, nameOut, 16, 2)
ENTRIES(float, f32)
ENTRIES(bf16, bf16)
