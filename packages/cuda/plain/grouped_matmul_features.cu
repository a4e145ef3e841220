// out_e = y_e weights_e for every expert e: y [R, C], weights [F, D], out [R, D], or [T, D] by the row map; the plain
// version. Grid: columns of out, some rows of tiles (each block takes every gridDim.y-th), experts.
#include "tile_product.cuh"

template <class T, class Out>
__device__ void groupedMatmulFeatures(const T* y, const T* weights, const int* offsets, const int* rowMap, Out* out,
                                      int features, int neurons) {
  int expert = blockIdx.z, start = offsets[expert], count = offsets[expert + 1] - start;
  Strided<T> tokens = {y + start * (long long)neurons, neurons, 1};
  Strided<T> cluster = {weights + expert * (long long)neurons * features, 1, features};
  for (int row = blockIdx.y * TILE; row < count; row += gridDim.y * TILE) {
    tileProduct(tokens, cluster, rowMap ? out : out + start * (long long)features, features, row, blockIdx.x * TILE,
                count, features, neurons, false, rowMap ? rowMap + start : nullptr);
  }
}

#define ENTRY(T, nameT, Out, nameOut)                                                                             \
  extern "C" __global__ void __launch_bounds__(256) grouped_matmul_features_##nameT##_##nameOut(                  \
      const T* y, const T* weights, const int* offsets, const int* rowMap, Out* out, int features, int neurons) { \
    groupedMatmulFeatures(y, weights, offsets, rowMap, out, features, neurons);                                   \
  }
ENTRY(float, f32, float, f32)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
