// Half-rotation RoPE: (a, b) = elements i and i + half of a head become (a cos - b sin, b cos + a sin). x may be out.
// Token t stands at positions[t], or at t, modulo the sequence length; a negative position gives NaN.
// One thread takes eight pairs where half is a multiple of eight, otherwise one.
#include "common.cuh"

template <int N, class T>
__device__ void rotate(const T* x, T* out, const float* cosines, const float* sines, unsigned packets, int heads,
                       int half, int sequenceLength, float direction, const int* positions) {
  unsigned packetsOfHead = half / N;
  for (unsigned index = threadNumber(); index < packets; index += threadCount()) {
    unsigned head = index / packetsOfHead, i = index % packetsOfHead * N;
    int place = positions == nullptr ? head / heads : positions[head / heads];
    unsigned position = unsigned(place) % sequenceLength;
    const T* from = x + head * 2ll * half + i;
    T* to = out + head * 2ll * half + i;
    float a[N], b[N], c[N], s[N], rotatedA[N], rotatedB[N];
    load(from, a);
    load(from + half, b);
    load(cosines + position * (long long)half + i, c);
    load(sines + position * (long long)half + i, s);
#pragma unroll
    for (int j = 0; j < N; j++) {
      float sine = direction * s[j];
      rotatedA[j] = a[j] * c[j] - b[j] * sine;
      rotatedB[j] = b[j] * c[j] + a[j] * sine;
      if (place < 0) rotatedA[j] = rotatedB[j] = notANumber();
    }
    store(to, rotatedA);
    store(to + half, rotatedB);
  }
}

template <class T>
__device__ void rope(const T* x, T* out, const float* cosines, const float* sines, unsigned pairs, int heads, int half,
                     int sequenceLength, float direction, const int* positions) {
  bool vectorised = half % 8 == 0 && aligned(x) && aligned(out) && aligned(cosines) && aligned(sines);
  if (vectorised) rotate<8>(x, out, cosines, sines, pairs / 8, heads, half, sequenceLength, direction, positions);
  else rotate<1>(x, out, cosines, sines, pairs, heads, half, sequenceLength, direction, positions);
}

#define ENTRY(T, nameT)                                                                                             \
  extern "C" __global__ void rope_##nameT(const T* x, T* out, const float* cosines, const float* sines,             \
                                          unsigned pairs, int heads, int half, int sequenceLength, float direction, \
                                          const int* positions) {                                                   \
    rope(x, out, cosines, sines, pairs, heads, half, sequenceLength, direction, positions);                         \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
