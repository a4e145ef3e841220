// out[T, C] = X[T, D] W_e[C, D]^T, the weights 2:4 along features: products y1 and dy2.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

PRODUCT(weight_product24, TOKENS_ARE_COLUMNS, true, 256, 192, 64, 5)
