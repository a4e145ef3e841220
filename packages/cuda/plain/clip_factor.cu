// out = min(1, maxNorm / (norm + 1e-6)).
extern "C" __global__ void clip_factor(const float* squaredNorm, float maxNorm, float* out) {
  float factor = maxNorm / (sqrtf(squaredNorm[0]) + 1e-6f);
  // Written so that a NaN passes through instead of becoming 1.
  out[0] = factor > 1 ? 1 : factor;
}
