// experts[t] = the k experts of largest dot(x[t], means[e]), ties to the lowest index. One warp a token; eight experts at a
// time, so that the token is read once for each eight of them.
#include "_common.cuh"

template <class T>
__device__ void routeTokens(const T* x, const float* means, int* chosen, int tokens, int width, int experts, int slots) {
  extern __shared__ float allScores[];
  float* scores = allScores + threadIdx.x / 32 * experts;
  int token = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  if (token >= tokens) return;
  const T* input = x + token * (long long)width;
  for (int first = 0; first < experts; first += 8) {
    float dot[8] = {};
    int vectors = width % 8 == 0 && aligned(input) && aligned(means) ? width / 8 : 0;
    for (int i = lane; i < vectors; i += 32) {
      float value[8], mean[8];
      load(input + 8 * i, value);
#pragma unroll
      for (int e = 0; e < 8; e++) {
        if (first + e >= experts) continue;
        load(means + (first + e) * (long long)width + 8 * i, mean);
#pragma unroll
        for (int j = 0; j < 8; j++) dot[e] += value[j] * mean[j];
      }
    }
    for (int i = 8 * vectors + lane; i < width; i += 32) {
      float value = toFloat(input[i]);
#pragma unroll
      for (int e = 0; e < 8; e++) {
        if (first + e < experts) dot[e] += value * means[(first + e) * (long long)width + i];
      }
    }
#pragma unroll
    for (int e = 0; e < 8; e++) {
      float total = warpSum(dot[e]);
      // A score that is not a number is the lowest; from here on NaN marks what is taken.
      if (lane == 0 && first + e < experts) scores[first + e] = total == total ? total : -INFINITY;
    }
  }
  if (lane > 0) return;
  for (int slot = 0; slot < slots; slot++) {
    int best = -1;
    for (int e = 0; e < experts; e++) {
      if (scores[e] == scores[e] && (best < 0 || scores[e] > scores[best])) best = e;
    }
    chosen[token * slots + slot] = best;
    scores[best] = __int_as_float(0x7fffffff);
  }
}

extern "C" __global__ void route_tokens_f32(const float* x, const float* means, int* chosen, int tokens, int width,
                                            int experts, int slots) {
  routeTokens(x, means, chosen, tokens, width, experts, slots);
}
extern "C" __global__ void route_tokens_bf16(const bf16* x, const float* means, int* chosen, int tokens, int width,
                                             int experts, int slots) {
  routeTokens(x, means, chosen, tokens, width, experts, slots);
}
