// AdamW with decoupled decay: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
// w -= rate * (m c1 / (sqrt(v c2) + epsilon) + decay * w). One pass: 16 bytes read and 12 (14 with the copy) written.
#include "adam_w.cuh"
#include "common.cuh"

template <class Copy>
__device__ void adamW(float* weight, const float* gradient, float* mean, float* variance, Copy* copy,
                      const float* gradientFactor, const float* schedule, long long count, const Constants& constants) {
  Schedule s = {gradientFactor[0], schedule[0], schedule[1], schedule[2]};
  bool vectorised = aligned(weight) && aligned(gradient) && aligned(mean) && aligned(variance) && aligned(copy);
  long long vectors = vectorised ? count / 4 : 0;
  for (long long i = threadNumber(); i < vectors; i += threadCount()) {
    float w[4], g[4], m[4], v[4];
    load(weight + 4 * i, w);
    load(gradient + 4 * i, g);
    load(mean + 4 * i, m);
    load(variance + 4 * i, v);
#pragma unroll
    for (int j = 0; j < 4; j++) update(w[j], g[j], m[j], v[j], constants, s);
    store(weight + 4 * i, w);
    store(mean + 4 * i, m);
    store(variance + 4 * i, v);
    if (copy != nullptr) store(copy + 4 * i, w);
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

#define ENTRY(Copy, nameCopy)                                                                                      \
  extern "C" __global__ void adam_w_##nameCopy(float* weight, const float* gradient, float* mean, float* variance, \
                                               Copy* copy, const float* gradientFactor, const float* schedule,     \
                                               long long count, float beta1, float oneMinusBeta1, float beta2,     \
                                               float oneMinusBeta2, float epsilon, float weightDecay) {            \
    adamW(weight, gradient, mean, variance, copy, gradientFactor, schedule, count,                                 \
          {beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, weightDecay});                                     \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
