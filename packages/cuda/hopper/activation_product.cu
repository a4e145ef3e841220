// out[T, D] = A[T, C] W_e[C, D], nothing sparse: products y3 and dx.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

using Shape = ProductShape<TOKENS_ARE_ROWS, false, 256, 128, 64, 4>;

extern "C" __global__ void __launch_bounds__(384, 1)
    activation_product(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b, const unsigned* metadata,
                       void* out, const int* offsets, const int* rowMap, int experts, int neurons, int features,
                       int metadataRows, int accumulate) {
  product<Shape>(a, b, metadata, metadataRows, Store{out, rowMap, accumulate},
                 Problem{offsets, experts, neurons, features});
}
