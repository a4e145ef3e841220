// The AdamW update of one weight.
#pragma once

struct Constants {
  float beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, weightDecay;
};

struct Schedule {
  float factor, rate, correction1, correction2;
};

__device__ __forceinline__ void update(float& w, float gradient, float& m, float& v, const Constants& c,
                                       const Schedule& s) {
  float g = gradient * s.factor;
  m = c.beta1 * m + c.oneMinusBeta1 * g;
  v = c.beta2 * v + c.oneMinusBeta2 * g * g;
  float step = m * s.correction1 / (sqrtf(v * s.correction2) + c.epsilon);
  w = w - s.rate * (step + c.weightDecay * w);
}
