// AdamW and the soft threshold (adam_w24_largest: the two largest of every four) of the updated weights, packed 2:4
// along their features, in one pass: what the next step's products read is written while the weights are in registers.
//
//   void adam_w24(float* weight, const float* gradient, float* mean, float* variance, bf16* dense, const float*
//   gradientFactor,
//                 const float* schedule, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2, float
//                 epsilon, float weightDecay, bf16* packed, unsigned* metadata, unsigned* flips, float scale, int rows,
//                 int columns)
//
// weight, gradient, mean, variance [rows, columns] f32; rows a multiple of 64, columns of 128; the update as in
// plain/adam_w.cu; dense: the updated weights rounded to bf16; packed, metadata, flips and scale as in
// pack_weight24.cu, where the previous metadata are those in `metadata`. Launch: grid (columns / 128, rows / 16), block
// 256, no dynamic shared memory.
#include "../plain/adam_w.cuh"
#include "pack_weight24.cuh"

struct State {
  float* weight;
  const float* gradient;
  float* mean;
  float* variance;
};

/** Four neighbouring weights with their gradients and moments. */
struct Four {
  float4 w, g, m, v;
};

__device__ __forceinline__ Four load(const State& from, long at) {
  return {*reinterpret_cast<const float4*>(from.weight + at), *reinterpret_cast<const float4*>(from.gradient + at),
          *reinterpret_cast<const float4*>(from.mean + at), *reinterpret_cast<const float4*>(from.variance + at)};
}

__device__ __forceinline__ void update(Four& four, const Constants& constants, const Schedule& schedule) {
  update(four.w.x, four.g.x, four.m.x, four.v.x, constants, schedule);
  update(four.w.y, four.g.y, four.m.y, four.v.y, constants, schedule);
  update(four.w.z, four.g.z, four.m.z, four.v.z, constants, schedule);
  update(four.w.w, four.g.w, four.m.w, four.v.w, constants, schedule);
}

__device__ __forceinline__ void store(const State& to, long at, const Four& four) {
  *reinterpret_cast<float4*>(to.weight + at) = four.w;
  *reinterpret_cast<float4*>(to.mean + at) = four.m;
  *reinterpret_cast<float4*>(to.variance + at) = four.v;
}

template <WeightFormat FORMAT>
__device__ __forceinline__ void updateAndPack(const State& state, unsigned short* dense, const Constants& constants,
                                              const Schedule& now, float scale, const PackedWeight& to) {
  const int row = blockIdx.y * 16 + threadIdx.x / 32, column = blockIdx.x * 128 + (threadIdx.x & 31) * 4;
  const long top = static_cast<long>(row) * to.columns + column, bottom = top + 8l * to.columns;
  Four upper = load(state, top), lower = load(state, bottom);  // all loads under way before the first store
  update(upper, constants, now);
  update(lower, constants, now);
  store(state, top, upper);
  store(state, bottom, lower);
  const PackedPair pair = packGroups<FORMAT>(upper.w, lower.w, scale);
  *reinterpret_cast<uint2*>(dense + top) = pair.upperDense;
  *reinterpret_cast<uint2*>(dense + bottom) = pair.lowerDense;
  addFlips(storePacked(pair, row, column, to), to.flips);
}

#define ENTRY(NAME, FORMAT)                                                                                   \
  extern "C" __global__ void __launch_bounds__(256, 3)                                                        \
      NAME(float* weight, const float* gradient, float* mean, float* variance, unsigned short* dense,         \
           const float* gradientFactor, const float* schedule, float beta1, float oneMinusBeta1, float beta2, \
           float oneMinusBeta2, float epsilon, float weightDecay, unsigned short* packed, unsigned* metadata, \
           unsigned* flips, float scale, int rows, int columns) {                                             \
    updateAndPack<FORMAT>({weight, gradient, mean, variance}, dense,                                          \
                          {beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, weightDecay},                 \
                          {gradientFactor[0], schedule[0], schedule[1], schedule[2]}, scale,                  \
                          {packed, metadata, metadata, flips, rows, columns});                                \
  }
ENTRY(adam_w24, SOFT_THRESHOLD)
ENTRY(adam_w24_largest, LARGEST)
