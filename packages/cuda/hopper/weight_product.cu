// out[T, C] = X[T, D] W_e[C, D]^T, nothing sparse: products y1 and dy2.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

PRODUCT(weight_product, TOKENS_ARE_COLUMNS, false, 256, 128, 64, 4)
