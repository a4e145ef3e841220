// out[M, N] = op(a) op(b), dense: the products of `matmul` where there is no cuBLASLt. Letters: n as stored, t transposed.
#include "product.cuh"

#define DENSE_PRODUCT(name, MAJOR_A, MAJOR_B, OUTPUT)                                                                    \
  extern "C" __global__ void __launch_bounds__(THREADS, 1)                                                               \
      name(const bf16* a, const bf16* b, void* out, int m, int n, int k, int accumulate) {                               \
    product<ProductShape<false, MAJOR_A, MAJOR_B, OUTPUT>, NO_TOKENS>(Problem{a, b, nullptr, nullptr, m, n, k, 0},       \
                                                                      Store{out, nullptr, accumulate});                  \
  }

DENSE_PRODUCT(dense_product_nn_bf16, K_MAJOR, K_MINOR, ROWS)
DENSE_PRODUCT(dense_product_nt_bf16, K_MAJOR, K_MAJOR, ROWS)
DENSE_PRODUCT(dense_product_tn_bf16, K_MINOR, K_MINOR, ROWS)
DENSE_PRODUCT(dense_product_nn_f32, K_MAJOR, K_MINOR, FLOATS)
DENSE_PRODUCT(dense_product_nt_f32, K_MAJOR, K_MAJOR, FLOATS)
DENSE_PRODUCT(dense_product_tn_f32, K_MINOR, K_MINOR, FLOATS)
