// AdamW and the soft threshold of the updated weights, packed 2:4 along their features, in one pass: what the next step's products read
// is written while the weights are in registers.
//
//   void adam_w24(float* weight, const float* gradient, float* mean, float* variance, bf16* dense, const float* gradientFactor,
//                 const float* schedule, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2, float epsilon,
//                 float weightDecay, bf16* packed, unsigned* metadata, unsigned* flips, float scale, int rows, int columns)
//
// weight, gradient, mean, variance [rows, columns] f32; rows a multiple of 64, columns of 128; the update as in
// operations/adam_w.cu; dense: the updated weights rounded to bf16; packed, metadata, flips and scale as in pack_weight24.cu, where the
// previous metadata are those in `metadata`.
// Launch: grid (ceil(columns / 256), rows / 16), block 256, no dynamic shared memory.
#include "../operations/_adam_w.cuh"
#include "pack_weight24.cuh"

struct State {
  float* weight;
  const float* gradient;
  float* mean;
  float* variance;
};

/** Updates four neighbouring weights. */
__device__ __forceinline__ float4 updateFour(const State& state, long at, const Constants& constants, const Schedule& schedule) {
  float4 w = *reinterpret_cast<float4*>(state.weight + at), m = *reinterpret_cast<float4*>(state.mean + at);
  float4 v = *reinterpret_cast<float4*>(state.variance + at);
  const float4 g = *reinterpret_cast<const float4*>(state.gradient + at);
  update(w.x, g.x, m.x, v.x, constants, schedule);
  update(w.y, g.y, m.y, v.y, constants, schedule);
  update(w.z, g.z, m.z, v.z, constants, schedule);
  update(w.w, g.w, m.w, v.w, constants, schedule);
  *reinterpret_cast<float4*>(state.weight + at) = w;
  *reinterpret_cast<float4*>(state.mean + at) = m;
  *reinterpret_cast<float4*>(state.variance + at) = v;
  return w;
}

extern "C" __global__ void __launch_bounds__(256)
    adam_w24(float* weight, const float* gradient, float* mean, float* variance, unsigned short* dense,
             const float* gradientFactor, const float* schedule, float beta1, float oneMinusBeta1, float beta2,
             float oneMinusBeta2, float epsilon, float weightDecay, unsigned short* packed, unsigned* metadata,
             unsigned* flips, float scale, int rows, int columns) {
  const int row = blockIdx.y * 16 + threadIdx.x / 32, column = blockIdx.x * 256 + (threadIdx.x & 31) * 8;
  if (column >= columns) return;  // whole half warps: columns is a multiple of 128
  const long top = static_cast<long>(row) * columns + column, bottom = top + 8l * columns;
  const State state = {weight, gradient, mean, variance};
  const Constants constants = {beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, weightDecay};
  const Schedule now = {gradientFactor[0], schedule[0], schedule[1], schedule[2]};
  const float4 a = updateFour(state, top, constants, now), b = updateFour(state, top + 4, constants, now);
  const float4 c = updateFour(state, bottom, constants, now), d = updateFour(state, bottom + 4, constants, now);
  const PackedRow upper = packRow(a, b, scale), lower = packRow(c, d, scale);
  *reinterpret_cast<uint4*>(dense + top) = upper.dense;
  *reinterpret_cast<uint4*>(dense + bottom) = lower.dense;
  storePacked(upper, lower, row, column, {packed, metadata, metadata, flips, rows, columns});
}
