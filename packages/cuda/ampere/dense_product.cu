// out[M, N] = op(a) op(b), dense: the products of `matmul` where there is no cuBLASLt. Letters: n as stored, t
// transposed.
#include "product.cuh"

DENSE_PRODUCT(dense_product_nn_bf16, K_MAJOR, K_MINOR, ROWS)
DENSE_PRODUCT(dense_product_nt_bf16, K_MAJOR, K_MAJOR, ROWS)
DENSE_PRODUCT(dense_product_tn_bf16, K_MINOR, K_MINOR, ROWS)
DENSE_PRODUCT(dense_product_nn_f32, K_MAJOR, K_MINOR, FLOATS)
DENSE_PRODUCT(dense_product_nt_f32, K_MAJOR, K_MAJOR, FLOATS)
DENSE_PRODUCT(dense_product_tn_f32, K_MINOR, K_MINOR, FLOATS)
