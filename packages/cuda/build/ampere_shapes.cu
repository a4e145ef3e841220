// A program for the host that prints the shapes of the products for compute capability 8.0; `build.ts` runs it.
#include "../ampere/product.cuh"
#include "print_shape.h"

template <class S>
void print(const char* name) {
  printShape<S>(name, BLOCK_M, BLOCK_N, THREADS);
  endShape();
}

#undef GROUPED_PRODUCT
#define GROUPED_PRODUCT(name, SPARSE, MAJOR_A, MAJOR_B, OUTPUT, TOKENS) \
  print<ProductShape<SPARSE, MAJOR_A, MAJOR_B, OUTPUT>>(#name);
#undef DENSE_PRODUCT
#define DENSE_PRODUCT(name, MAJOR_A, MAJOR_B, OUTPUT) print<ProductShape<false, MAJOR_A, MAJOR_B, OUTPUT>>(#name);

int main() {
#include "../ampere/activation_product.cu"
#include "../ampere/dense_product.cu"
#include "../ampere/weight_gradient.cu"
#include "../ampere/weight_product.cu"
}
