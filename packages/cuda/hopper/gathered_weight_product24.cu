// weight_product24 of tokens in their given order: X_e are rows order[r] / replicas of `rows` [any, D], zeros where order is negative.
// Parameters, tensor map, launch: README.md, "Products".
#include "product.cuh"

using Shape = ProductShape<TOKENS_ARE_COLUMNS, true, 256, 192, 64, 5, true>;

extern "C" __global__ void __launch_bounds__(384, 1)
    gathered_weight_product24(const __grid_constant__ TensorMap a, const unsigned short* rows, const int* order, int replicas,
                              const unsigned* metadata, void* out, const int* offsets, int experts, int neurons, int features,
                              int metadataRows, int accumulate) {
  product<Shape>(a, GatheredRows{rows, order, replicas}, metadata, metadataRows, Store{out, nullptr, accumulate},
                 Problem{offsets, experts, neurons, features});
}
