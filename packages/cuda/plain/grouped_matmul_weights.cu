// out_e = y_e^T x_e for every expert e, contracted over its tokens: y [R, C], x [R, D], out f32 [F, D]; the plain
// version. Grid: columns of out, rows of out, experts. An expert without tokens gets zeros.
#include "tile_product.cuh"

template <class T>
__device__ void groupedMatmulWeights(const T* y, const T* x, const int* offsets, float* out, int features, int neurons,
                                     int accumulate) {
  int expert = blockIdx.z, start = offsets[expert], count = offsets[expert + 1] - start;
  Strided<T> activations = {y + start * (long long)neurons, 1, neurons};
  Strided<T> tokens = {x + start * (long long)features, 1, features};
  tileProduct(activations, tokens, out + expert * (long long)neurons * features, features, blockIdx.y * TILE,
              blockIdx.x * TILE, neurons, features, count, accumulate != 0);
}

#define ENTRY(T, nameT)                                                                                    \
  extern "C" __global__ void __launch_bounds__(256) grouped_matmul_weights_##nameT(                        \
      const T* y, const T* x, const int* offsets, float* out, int features, int neurons, int accumulate) { \
    groupedMatmulWeights(y, x, offsets, out, features, neurons, accumulate);                               \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
