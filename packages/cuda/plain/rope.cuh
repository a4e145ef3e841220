// Half-rotation RoPE: (a, b) = elements i and i + half of a head become (a cos - b sin, b cos + a sin).
#pragma once
#include "common.cuh"

/** Angles of all positions: [sequenceLength, half] each. */
struct Angles {
  const float *cosines, *sines;
  int half, sequenceLength;
};

/**
 * N pairs of the head at `from`, from pair i on, of a token that stands at `place`, modulo the sequence length; a
 * negative one gives NaN.
 */
template <int N, class T>
__device__ __forceinline__ void turn(const T* from, int i, int place, const Angles& angles, float direction,
                                     float (&turnedA)[N], float (&turnedB)[N]) {
  long long start = unsigned(place) % angles.sequenceLength * (long long)angles.half + i;
  float a[N], b[N], c[N], s[N];
  load(from + i, a);
  load(from + i + angles.half, b);
  load(angles.cosines + start, c);
  load(angles.sines + start, s);
#pragma unroll
  for (int j = 0; j < N; j++) {
    float sine = direction * s[j];
    turnedA[j] = a[j] * c[j] - b[j] * sine;
    turnedB[j] = b[j] * c[j] + a[j] * sine;
    if (place < 0) turnedA[j] = turnedB[j] = notANumber();
  }
}
