// dTable[tokens[t]] += dOut[t], tokens in order. First a stable sort of the tokens by their number: with T in the ten
// thousands, counting the smaller ones directly is faster than any histogram over the vocabulary. Then one block a
// distinct token adds its rows in order.
#include "common.cuh"

/** order[number of tokens that come before t in the sorted order] = t. */
extern "C" __global__ void embedding_backward_sort(const int* tokens, int* order, int count) {
  __shared__ int tile[256];
  int t = threadNumber();
  int mine = t < count ? tokens[t] : 0;
  int before = 0;
  for (int start = 0; start < count; start += 256) {
    __syncthreads();
    if (start + threadIdx.x < count) tile[threadIdx.x] = tokens[start + threadIdx.x];
    __syncthreads();
    int length = min(256, count - start);
    for (int i = 0; i < length; i++) before += tile[i] < mine || (tile[i] == mine && start + i < t);
  }
  if (t < count) order[before] = t;
}

template <class T>
__device__ void embeddingBackward(const int* tokens, const int* order, const T* dOut, float* dTable, int count,
                                  int width, int vocabulary) {
  int first = blockIdx.x;
  int token = tokens[order[first]];
  if (unsigned(token) >= unsigned(vocabulary)) return;  // adds nothing
  if (first > 0 && tokens[order[first - 1]] == token) return;
  float* row = dTable + token * (long long)width;
  for (int column = threadIdx.x; column < width; column += blockDim.x) {
    float sum = row[column];
    for (int i = first; i < count && tokens[order[i]] == token; i++) {
      sum += toFloat(dOut[order[i] * (long long)width + column]);
    }
    row[column] = sum;
  }
}

extern "C" __global__ void embedding_backward_f32(const int* tokens, const int* order, const float* dOut, float* dTable,
                                                  int count, int width, int vocabulary) {
  embeddingBackward(tokens, order, dOut, dTable, count, width, vocabulary);
}
extern "C" __global__ void embedding_backward_bf16(const int* tokens, const int* order, const bf16* dOut, float* dTable,
                                                   int count, int width, int vocabulary) {
  embeddingBackward(tokens, order, dOut, dTable, count, width, vocabulary);
}
