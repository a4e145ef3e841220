// out_e = x_e weights_e^T for every expert e: x [R, D], weights [F, D], out [R, C]; the plain version.
// Grid: columns of out, some rows of tiles (each block takes every gridDim.y-th), experts.
#include "tile_product.cuh"

template <class T, class Out>
__device__ void groupedMatmulNeurons(const T* x, const T* weights, const int* offsets, Out* out, int features,
                                     int neurons) {
  int expert = blockIdx.z, start = offsets[expert], count = offsets[expert + 1] - start;
  Strided<T> tokens = {x + start * (long long)features, features, 1};
  Strided<T> cluster = {weights + expert * (long long)neurons * features, features, 1};
  for (int row = blockIdx.y * TILE; row < count; row += gridDim.y * TILE) {
    tileProduct(tokens, cluster, out + start * (long long)neurons, neurons, row, blockIdx.x * TILE, count, neurons,
                features, false);
  }
}

#define ENTRY(T, nameT, Out, nameOut)                                                           \
  extern "C" __global__ void __launch_bounds__(256) grouped_matmul_neurons_##nameT##_##nameOut( \
      const T* x, const T* weights, const int* offsets, Out* out, int features, int neurons) {  \
    groupedMatmulNeurons(x, weights, offsets, out, features, neurons);                          \
  }
ENTRY(float, f32, float, f32)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
