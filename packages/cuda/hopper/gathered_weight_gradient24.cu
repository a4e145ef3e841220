// weight_gradient24 of tokens in their given order: X_e are rows order[r] / replicas of `rows` [any, D], zeros where order is negative.
// Parameters, tensor map, launch: README.md, "Products".
#include "product.cuh"

#define ENTRY(name, ...)                                                                                                    \
  extern "C" __global__ void __launch_bounds__(384, 1)                                                                      \
      name(const __grid_constant__ TensorMap a, const unsigned short* rows, const int* order, int replicas,                 \
           const unsigned* metadata, void* out, const int* offsets, int experts, int neurons, int features,                 \
           int metadataRows, int accumulate) {                                                                              \
    product<ProductShape<TOKENS_ARE_DEPTH, true, __VA_ARGS__, true>>(a, GatheredRows{rows, order, replicas}, metadata,      \
                                                                     metadataRows, Store{out, nullptr, accumulate},         \
                                                                     Problem{offsets, experts, neurons, features});         \
  }
ENTRY(gathered_weight_gradient24, 256, 192, 64, 5)
ENTRY(gathered_weight_gradient24_narrow, 256, 128, 64, 6)
