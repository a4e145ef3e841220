// out[T, D] = A[T, C] W_e[C, D], the activations 2:4 along neurons: products y3 and dx.
// Parameters, tensor maps, launch: README.md, "Products".
#include "product.cuh"

PRODUCT(activation_product24, TOKENS_ARE_ROWS, true, 256, 192, 64, 5)
