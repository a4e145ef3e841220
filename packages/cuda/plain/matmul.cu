// out = op(a) op(b), or added to out; the plain version. Transposition is in the strides.
#include "tile_product.cuh"

template <class T, class Out>
__device__ void matmul(const T* a, const T* b, Out* out, int m, int n, int k, long long rowStrideA,
                       long long colStrideA, long long rowStrideB, long long colStrideB, int accumulate) {
  Strided<T> left = {a, rowStrideA, colStrideA}, right = {b, colStrideB, rowStrideB};
  tileProduct(left, right, out, n, blockIdx.y * TILE, blockIdx.x * TILE, m, n, k, accumulate != 0);
}

#define ENTRY(T, nameT, Out, nameOut)                                                                                \
  extern "C" __global__ void __launch_bounds__(256)                                                                  \
      matmul_##nameT##_##nameOut(const T* a, const T* b, Out* out, int m, int n, int k, long long rowStrideA,        \
                                 long long colStrideA, long long rowStrideB, long long colStrideB, int accumulate) { \
    matmul(a, b, out, m, n, k, rowStrideA, colStrideA, rowStrideB, colStrideB, accumulate);                          \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
