// AdamW with decoupled decay: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
// w -= rate * (m c1 / (sqrt(v c2) + epsilon) + decay * w). One pass: 16 bytes read and 12 (14 with the copy) written.
#include "_adam_w.cuh"
#include "_common.cuh"

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
      load(weight + i, w[k]);
      load(gradient + i, g[k]);
      load(mean + i, m[k]);
      load(variance + i, v[k]);
    }
#pragma unroll
    for (int k = 0; k < 2; k++) {
      long long i = first + k * threadCount();
      if (i >= vectors) break;
#pragma unroll
      for (int j = 0; j < 4; j++) update(w[k][j], g[k][j], m[k][j], v[k][j], constants, s);
      store(weight + 4 * i, w[k]);
      store(mean + 4 * i, m[k]);
      store(variance + 4 * i, v[k]);
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
