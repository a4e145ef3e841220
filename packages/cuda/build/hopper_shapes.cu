// A program for the host that prints the shapes of the Hopper products; `build.ts` runs it.
#include "../hopper/product.cuh"
#include "print_shape.h"

template <class S>
void print(const char* name) {
  printShape<S>(name, S::BLOCK_M, S::BLOCK_N, S::THREADS);
  printBox("boxA", S::BOX_A);
  if (!S::GATHERED) printBox("boxB", S::BOX_B);
  endShape();
}

#undef PRODUCT
#define PRODUCT(name, ...) print<ProductShape<__VA_ARGS__>>(#name);
#undef GATHERED_PRODUCT
#define GATHERED_PRODUCT(name, ...) print<ProductShape<__VA_ARGS__, true>>(#name);

int main() {
#include "../hopper/activation_product.cu"
#include "../hopper/activation_product24.cu"
#include "../hopper/gathered_weight_gradient24.cu"
#include "../hopper/gathered_weight_product24.cu"
#include "../hopper/weight_gradient.cu"
#include "../hopper/weight_gradient24.cu"
#include "../hopper/weight_product.cu"
#include "../hopper/weight_product24.cu"
}
