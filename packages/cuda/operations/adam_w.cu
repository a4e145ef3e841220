// AdamW with decoupled decay: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
// w -= rate * (m c1 / (sqrt(v c2) + epsilon) + decay * w). One pass: 16 bytes read and 12 (14 with the copy) written.
#include "_adam_w.cuh"
#include "_common.cuh"

/** Nobody reads these again soon: they should not push anything else out of the cache. */
__device__ __forceinline__ void loadOnce(const float* from, float (&to)[4]) {
  float4 v = __ldcs(reinterpret_cast<const float4*>(from));
  to[0] = v.x, to[1] = v.y, to[2] = v.z, to[3] = v.w;
}

__device__ __forceinline__ void storeOnce(float* to, const float (&from)[4]) {
  __stcs(reinterpret_cast<float4*>(to), make_float4(from[0], from[1], from[2], from[3]));
}

template <class Copy>
__device__ void adamW(float* weight, const float* gradient, float* mean, float* variance, Copy* copy,
                      const float* gradientFactor, const float* schedule, long long count, const Constants& constants) {
  Schedule s = {gradientFactor[0], schedule[0], schedule[1], schedule[2]};
  bool vectorised = aligned(weight) && aligned(gradient) && aligned(mean) && aligned(variance) && aligned(copy);
  long long vectors = vectorised ? count / 4 : 0;
  for (long long first = threadNumber(); first < vectors; first += 2 * threadCount()) {
    float w[2][4], g[2][4], m[2][4], v[2][4];
#pragma unroll
    for (int k = 0; k < 2; k++) {  // all loads under way before the first store
      long long i = 4 * min(first + k * threadCount(), vectors - 1);
      loadOnce(weight + i, w[k]);
      loadOnce(gradient + i, g[k]);
      loadOnce(mean + i, m[k]);
      loadOnce(variance + i, v[k]);
    }
#pragma unroll
    for (int k = 0; k < 2; k++) {
      long long i = first + k * threadCount();
      if (i >= vectors) break;
#pragma unroll
      for (int j = 0; j < 4; j++) update(w[k][j], g[k][j], m[k][j], v[k][j], constants, s);
      storeOnce(weight + 4 * i, w[k]);
      storeOnce(mean + 4 * i, m[k]);
      storeOnce(variance + 4 * i, v[k]);
      if (copy != nullptr) store(copy + 4 * i, w[k]);
    }
  }
  for (long long i = 4 * vectors + threadNumber(); i < count; i += threadCount()) {
    float w = weight[i], m = mean[i], v = variance[i];
    update(w, gradient[i], m, v, constants, s);
    weight[i] = w;
    mean[i] = m;
    variance[i] = v;
    if (copy != nullptr) copy[i] = fromFloat<Copy>(w);
  }
}

#define ENTRY(Copy, nameCopy)                                                                                          \
  extern "C" __global__ void adam_w_##nameCopy(float* weight, const float* gradient, float* mean, float* variance,     \
                                               Copy* copy, const float* gradientFactor, const float* schedule,         \
                                               long long count, float beta1, float oneMinusBeta1, float beta2,         \
                                               float oneMinusBeta2, float epsilon, float weightDecay) {                \
    adamW(weight, gradient, mean, variance, copy, gradientFactor, schedule, count,                                     \
          {beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, weightDecay});                                         \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
