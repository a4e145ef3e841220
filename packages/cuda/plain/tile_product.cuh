// A 64 x 64 tile of D = A B on ordinary cores, f32 accumulators, any strides and sizes: the plain product for machines
// without cuBLASLt and for shapes that nothing faster takes. 256 threads, 16 results each.
#pragma once
#include "common.cuh"

/** An operand: element (i, j) lies at i * rowStride + j * colStride. */
template <class T>
struct Strided {
  const T* data;
  long long rowStride;
  long long colStride;
};

constexpr int TILE = 64, DEPTH = 16;

template <class T>
__device__ __forceinline__ void stage(float (&shared)[DEPTH][TILE + 4], const Strided<T>& operand, int first,
                                      int extent, int k0, int depth, bool depthContiguous) {
#pragma unroll
  for (int i = 0; i < TILE * DEPTH / 256; i++) {
    int index = threadIdx.x + i * 256;
    int k = depthContiguous ? index % DEPTH : index / TILE;
    int position = depthContiguous ? index / DEPTH : index % TILE;
    bool inside = first + position < extent && k0 + k < depth;
    shared[k][position] =
        inside ? toFloat(operand.data[(first + position) * operand.rowStride + (k0 + k) * operand.colStride]) : 0;
  }
}

/**
 * `b` is given transposed: its rows are the columns of D. Strides of `out` are (outStride, 1); with a row map, row i of
 * the product goes to row rowMap[i] of `out`, and nowhere when that is negative.
 */
template <class T, class Out>
__device__ void tileProduct(const Strided<T>& a, const Strided<T>& b, Out* out, long long outStride, int row0,
                            int column0, int rows, int columns, int depth, bool accumulate,
                            const int* rowMap = nullptr) {
  __shared__ float sharedA[DEPTH][TILE + 4], sharedB[DEPTH][TILE + 4];
  int column = threadIdx.x % 16 * 4, row = threadIdx.x / 16 * 4;
  float sum[4][4] = {};
  for (int k0 = 0; k0 < depth; k0 += DEPTH) {
    __syncthreads();
    stage(sharedA, a, row0, rows, k0, depth, a.colStride == 1);
    stage(sharedB, b, column0, columns, k0, depth, b.colStride == 1);
    __syncthreads();
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
      float x[4], y[4];
      load(&sharedA[k][row], x);
      load(&sharedB[k][column], y);
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) sum[i][j] += x[i] * y[j];
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    if (row0 + row + i >= rows) continue;
    long long outRow = rowMap ? rowMap[row0 + row + i] : row0 + row + i;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      if (outRow < 0 || column0 + column + j >= columns) continue;
      Out& result = out[outRow * outStride + column0 + column + j];
      result = fromFloat<Out>((accumulate ? toFloat(result) : 0) + sum[i][j]);
    }
  }
}
