// experts[t] = the k experts of largest dot(x[t], means[e]), ties to the lowest index; a score that is not a number is
// the lowest.
#include "common.cuh"
#include "rank_experts.cuh"

/**
 * Every lane has COUNT sums of the warp in part; lane i gets the total of sum i / (32 / COUNT) of them. Half of the
 * sums a step is handed over, so that 31 exchanges do what 32 times 5 would.
 */
template <int COUNT>
__device__ __forceinline__ float scatterSums(float (&part)[COUNT]) {
  int lane = threadIdx.x % 32;
#pragma unroll
  for (int half = COUNT / 2, offset = 16; offset > 0; half /= 2, offset /= 2) {
    if (half > 0) {
      bool upper = lane & offset;
#pragma unroll
      for (int i = 0; i < COUNT / 2; i++) {
        if (i >= half) break;
        float mine = upper ? part[half + i] : part[i], other = upper ? part[i] : part[half + i];
        part[i] = mine + __shfl_xor_sync(~0u, other, offset);
      }
    } else {
      part[0] += __shfl_xor_sync(~0u, part[0], offset);
    }
  }
  return part[0];
}

constexpr int EXPERTS = 4, TOKENS = 8;

/**
 * At most four experts and 8 * blockDim.x features: a thread keeps its eight columns of all means in registers, and a
 * block takes eight tokens at a time.
 */
template <class T>
__device__ void routeToFew(const T* x, const float* means, int* chosen, int tokens, int width, int experts, int slots) {
  __shared__ float partial[32][EXPERTS * TOKENS];
  __shared__ float scores[TOKENS][EXPERTS];
  int column = 8 * threadIdx.x, lane = threadIdx.x % 32, warps = blockDim.x / 32;
  float mean[EXPERTS][8] = {};
#pragma unroll
  for (int e = 0; e < EXPERTS; e++) {
    if (e < experts && column < width) load(means + e * (long long)width + column, mean[e]);
  }
  for (int first = blockIdx.x * TOKENS; first < tokens; first += gridDim.x * TOKENS) {
    Packet<T, 8> packet[TOKENS] = {};
#pragma unroll
    for (int t = 0; t < TOKENS; t++) {
      if (column >= width || first + t >= tokens) continue;
      packet[t] = *reinterpret_cast<const Packet<T, 8>*>(x + (first + t) * (long long)width + column);
    }
    float dot[TOKENS * EXPERTS];
#pragma unroll
    for (int t = 0; t < TOKENS; t++) {
#pragma unroll
      for (int e = 0; e < EXPERTS; e++) {
        float sum = 0;
#pragma unroll
        for (int j = 0; j < 8; j++) sum += toFloat(packet[t].element[j]) * mean[e][j];
        dot[t * EXPERTS + e] = sum;
      }
    }
    partial[threadIdx.x / 32][lane] = scatterSums(dot);
    __syncthreads();
    if (threadIdx.x < TOKENS * EXPERTS) {
      float total = 0;
      for (int warp = 0; warp < warps; warp++) total += partial[warp][lane];
      scores[lane / EXPERTS][lane % EXPERTS] = orLowest(total);
      __syncwarp();
      if (lane < TOKENS && first + lane < tokens) choose(scores[lane], chosen + (first + lane) * slots, experts, slots);
    }
    __syncthreads();  // before the next tokens
  }
}

/** Any sizes: one warp a token, eight experts at a time, so that the token is read once for each eight of them. */
template <class T>
__device__ void routeToMany(const T* x, const float* means, int* chosen, int tokens, int width, int experts,
                            int slots) {
  extern __shared__ float allScores[];
  float* scores = allScores + threadIdx.x / 32 * experts;
  int lane = threadIdx.x % 32, warps = blockDim.x / 32;
  for (int token = blockIdx.x * warps + threadIdx.x / 32; token < tokens; token += gridDim.x * warps) {
    const T* input = x + token * (long long)width;
    int vectors = width % 8 == 0 && aligned(input) && aligned(means) ? width / 8 : 0;
    for (int first = 0; first < experts; first += 8) {
      float dot[8] = {};
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
        if (lane == 0 && first + e < experts) scores[first + e] = orLowest(total);
      }
    }
    if (lane == 0) choose(scores, chosen + token * slots, experts, slots);
    __syncwarp();
  }
}

#define ENTRY(T, nameT)                                                                             \
  extern "C" __global__ void __launch_bounds__(512) route_to_few_##nameT(                           \
      const T* x, const float* means, int* chosen, int tokens, int width, int experts, int slots) { \
    routeToFew(x, means, chosen, tokens, width, experts, slots);                                    \
  }                                                                                                 \
  extern "C" __global__ void __launch_bounds__(128) route_to_many_##nameT(                          \
      const T* x, const float* means, int* chosen, int tokens, int width, int experts, int slots) { \
    routeToMany(x, means, chosen, tokens, width, experts, slots);                                   \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
