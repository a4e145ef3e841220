// out[T, D] = A[T, C] W_e[C, D], the activations 2:4 along neurons: products y3 and dx.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

using Shape = ProductShape<TOKENS_ARE_ROWS, true, 256, 192, 64, 5>;

extern "C" __global__ void __launch_bounds__(384, 1)
    activation_product24(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b, const unsigned* metadata,
                         void* out, const int* offsets, const int* rowMap, int experts, int neurons, int features,
                         int metadataRows, int accumulate) {
  product<Shape>(a, b, metadata, metadataRows, Store{out, rowMap, accumulate},
                 Problem{offsets, experts, neurons, features});
}
