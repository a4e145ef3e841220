// out[e, C, D] = A_e[T_e, C]^T X_e[T_e, D] in f32, A 2:4 along tokens: products dwOut and dwIn.
// Parameters, tensor maps, launch: README.md, "Products". The number of tiles does not depend on the tokens here, so the launcher picks
// the width that leaves the fewest blocks idle in the last round.
#include "product.cuh"

#define ENTRY(name, ...)                                                                                                   \
  extern "C" __global__ void __launch_bounds__(384, 1)                                                                     \
      name(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b, const unsigned* metadata, void* out,  \
           const int* offsets, const int* rowMap, int experts, int neurons, int features, int metadataRows,                \
           int accumulate) {                                                                                               \
    product<ProductShape<TOKENS_ARE_DEPTH, true, __VA_ARGS__>>(a, b, metadata, metadataRows, Store{out, rowMap, accumulate}, \
                                                               Problem{offsets, experts, neurons, features});              \
  }
ENTRY(weight_gradient24, 256, 192, 64, 5)
ENTRY(weight_gradient24_narrow, 256, 128, 64, 6)
