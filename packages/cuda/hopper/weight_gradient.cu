// out[e, C, D] = A_e[T_e, C]^T X_e[T_e, D] in f32, nothing sparse: products dwOut and dwIn.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

PRODUCT(weight_gradient, TOKENS_ARE_DEPTH, false, 256, 128, 64, 4)
