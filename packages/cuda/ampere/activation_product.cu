// out[T, D] = A_e[T_e, C] W_e[C, D], the activations dense or 2:4 along neurons: products y3 and dx.
#include "product.cuh"

GROUPED_PRODUCT(activation_product_sm80, false, K_MAJOR, K_MINOR, ROWS, TOKENS_ARE_ROWS)
GROUPED_PRODUCT(activation_product24_sm80, true, K_MAJOR, K_MINOR, ROWS, TOKENS_ARE_ROWS)
