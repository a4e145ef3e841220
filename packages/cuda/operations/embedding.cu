// out[t] = table[tokens[t]]. One block a token.
#include "_common.cuh"

template <class Table, class Out>
__device__ void embedding(const int* tokens, const Table* table, Out* out, int width) {
  const Table* from = table + tokens[blockIdx.x] * (long long)width;
  Out* to = out + blockIdx.x * (long long)width;
  int vectors = aligned(from) && aligned(to) ? width / 8 : 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8];
    load(from + 8 * i, value);
    store(to + 8 * i, value);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(toFloat(from[i]));
}

#define ENTRY(Table, nameTable, Out, nameOut)                                                                           \
  extern "C" __global__ void embedding_##nameTable##_##nameOut(const int* tokens, const Table* table, Out* out, int width) { \
    embedding(tokens, table, out, width);                                                                               \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
