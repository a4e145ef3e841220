// out[t] = table[tokens[t]], NaN for a token that the table does not have. One block a token.
#include "common.cuh"

template <class Table, class Out>
__device__ void embedding(const int* tokens, const Table* table, Out* out, int width, int vocabulary) {
  int token = tokens[blockIdx.x];
  Out* to = out + blockIdx.x * (long long)width;
  if (unsigned(token) >= unsigned(vocabulary)) {
    for (int i = threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(notANumber());
    return;
  }
  const Table* from = table + token * (long long)width;
  int vectors = aligned(from) && aligned(to) ? width / 8 : 0;
  for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
    float value[8];
    load(from + 8 * i, value);
    store(to + 8 * i, value);
  }
  for (int i = 8 * vectors + threadIdx.x; i < width; i += blockDim.x) to[i] = fromFloat<Out>(toFloat(from[i]));
}

#define ENTRY(Table, nameTable, Out, nameOut)                                                                   \
  extern "C" __global__ void embedding_##nameTable##_##nameOut(const int* tokens, const Table* table, Out* out, \
                                                               int width, int vocabulary) {                     \
    embedding(tokens, table, out, width, vocabulary);                                                           \
  }
ENTRY(float, f32, float, f32)
ENTRY(float, f32, bf16, bf16)
ENTRY(bf16, bf16, float, f32)
ENTRY(bf16, bf16, bf16, bf16)
