// out[T, D] = A[T, C] W_e[C, D], nothing sparse: products y3 and dx.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

PRODUCT(activation_product, TOKENS_ARE_ROWS, false, 256, 128, 64, 4)
