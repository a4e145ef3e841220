// Half-rotation RoPE; x may be out. Token t stands at positions[t], or at t, modulo the sequence length; a negative
// position gives NaN. One thread takes eight pairs where half is a multiple of eight, otherwise one.
#include "rope.cuh"

template <int N, class T>
__device__ void rotate(const T* x, T* out, unsigned packets, int heads, const Angles& angles, float direction,
                       const int* positions) {
  int half = angles.half;
  unsigned packetsOfHead = half / N;
  for (unsigned index = threadNumber(); index < packets; index += threadCount()) {
    unsigned head = index / packetsOfHead, i = index % packetsOfHead * N;
    int place = positions == nullptr ? head / heads : positions[head / heads];
    T* to = out + head * 2ll * half + i;
    float a[N], b[N];
    turn(x + head * 2ll * half, i, place, angles, direction, a, b);
    store(to, a);
    store(to + half, b);
  }
}

template <class T>
__device__ void rope(const T* x, T* out, unsigned pairs, int heads, const Angles& angles, float direction,
                     const int* positions) {
  bool vectorised = angles.half % 8 == 0 && aligned(x) && aligned(out) && aligned(angles.cosines) &&
                    aligned(angles.sines);
  if (vectorised) rotate<8>(x, out, pairs / 8, heads, angles, direction, positions);
  else rotate<1>(x, out, pairs, heads, angles, direction, positions);
}

#define ENTRY(T, nameT)                                                                                             \
  extern "C" __global__ void rope_##nameT(const T* x, T* out, const float* cosines, const float* sines,             \
                                          unsigned pairs, int heads, int half, int sequenceLength, float direction, \
                                          const int* positions) {                                                   \
    rope(x, out, pairs, heads, {cosines, sines, half, sequenceLength}, direction, positions);                       \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
