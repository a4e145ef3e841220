// experts[t] = the k experts of largest dot(x[t], means[e]), ties to the lowest index. One warp takes TOKENS tokens and N experts at
// a time: a token is read once for N experts, a mean once for TOKENS tokens.
#include "_common.cuh"

constexpr int TOKENS = 4;

/** scores[token][expert] of a warp's tokens; those from `tokens` on repeat the last one. */
template <int N, class T>
__device__ __forceinline__ void score(const T* x, const float* means, float* scores, int token, int tokens, int width,
                                      int experts) {
  int lane = threadIdx.x % 32;
  const T* row[TOKENS];
#pragma unroll
  for (int t = 0; t < TOKENS; t++) row[t] = x + min(token + t, tokens - 1) * (long long)width;
  int vectors = width % 8 == 0 && aligned(x) && aligned(means) ? width / 8 : 0;
  for (int first = 0; first < experts; first += N) {
    float dot[TOKENS][N] = {};
#pragma unroll 2
    for (int i = lane; i < vectors; i += 32) {
      float value[TOKENS][8];
#pragma unroll
      for (int t = 0; t < TOKENS; t++) load(row[t] + 8 * i, value[t]);
#pragma unroll
      for (int e = 0; e < N; e++) {
        if (first + e >= experts) break;
        float mean[8];
        load(means + (first + e) * (long long)width + 8 * i, mean);
#pragma unroll
        for (int t = 0; t < TOKENS; t++) {
#pragma unroll
          for (int j = 0; j < 8; j++) dot[t][e] += value[t][j] * mean[j];
        }
      }
    }
    for (int i = 8 * vectors + lane; i < width; i += 32) {
#pragma unroll
      for (int e = 0; e < N; e++) {
        if (first + e >= experts) break;
        float mean = means[(first + e) * (long long)width + i];
#pragma unroll
        for (int t = 0; t < TOKENS; t++) dot[t][e] += toFloat(row[t][i]) * mean;
      }
    }
#pragma unroll
    for (int e = 0; e < N; e++) {
      if (first + e >= experts) break;
#pragma unroll
      for (int t = 0; t < TOKENS; t++) {
        float total = warpSum(dot[t][e]);
        // A score that is not a number is the lowest; from here on NaN marks what is taken.
        if (lane == 0) scores[t * experts + first + e] = total == total ? total : -INFINITY;
      }
    }
  }
}

template <class T>
__device__ void routeTokens(const T* x, const float* means, int* chosen, int tokens, int width, int experts, int slots) {
  extern __shared__ float allScores[];
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  int token = (blockIdx.x * (blockDim.x / 32) + warp) * TOKENS;
  if (token >= tokens) return;
  float* scores = allScores + warp * TOKENS * experts;
  if (experts <= 4) score<4>(x, means, scores, token, tokens, width, experts);
  else score<8>(x, means, scores, token, tokens, width, experts);
  __syncwarp();
  if (lane >= TOKENS || token + lane >= tokens) return;
  scores += lane * experts;
  for (int slot = 0; slot < slots; slot++) {
    int best = -1;
    for (int e = 0; e < experts; e++) {
      if (scores[e] == scores[e] && (best < 0 || scores[e] > scores[best])) best = e;
    }
    chosen[(token + lane) * slots + slot] = best;
    scores[best] = __int_as_float(0x7fffffff);
  }
}

extern "C" __global__ void __launch_bounds__(64) route_tokens_f32(const float* x, const float* means, int* chosen, int tokens,
                                                                  int width, int experts, int slots) {
  routeTokens(x, means, chosen, tokens, width, experts, slots);
}
extern "C" __global__ void __launch_bounds__(64) route_tokens_bf16(const bf16* x, const float* means, int* chosen, int tokens,
                                                                   int width, int experts, int slots) {
  routeTokens(x, means, chosen, tokens, width, experts, slots);
}
