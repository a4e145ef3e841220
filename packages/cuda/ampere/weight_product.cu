// out[T, C] = X[T, D] W_e[C, D]^T, the weights dense or 2:4 along features: products y1 and dy2.
#include "product.cuh"

GROUPED_PRODUCT(weight_product_sm80, false, K_MAJOR, K_MAJOR, COLUMNS, TOKENS_ARE_COLUMNS)
GROUPED_PRODUCT(weight_product24_sm80, true, K_MAJOR, K_MAJOR, COLUMNS, TOKENS_ARE_COLUMNS)
