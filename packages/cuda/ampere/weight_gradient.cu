// out[e, C, D] = A_e[T_e, C]^T X_e[T_e, D] in f32, A dense or 2:4 along tokens: products dwOut and dwIn.
#include "product.cuh"

GROUPED_PRODUCT(weight_gradient_sm80, false, K_MINOR, K_MINOR, FLOATS, TOKENS_ARE_DEPTH)
GROUPED_PRODUCT(weight_gradient24_sm80, true, K_MINOR, K_MINOR, FLOATS, TOKENS_ARE_DEPTH)
