// What new tokens bring to a cache: queries and keys are turned by their positions, in place, and keys and values go to
// the rows of the cache that the tokens stand in; one that stands nowhere goes nowhere. One block a token.
#include "rope.cuh"

template <int N, class T>
__device__ void rememberToken(T* q, T* k, const T* v, T* keys, T* values, int place, bool isThere, int heads,
                              int keyHeads, const Angles& angles) {
  int half = angles.half, packets = half / N;
  for (int i = threadIdx.x; i < (heads + keyHeads) * packets; i += blockDim.x) {
    int head = i / packets, at = i % packets * N;
    bool isKey = head >= heads;
    long long start = (isKey ? head - heads : head) * 2ll * half;
    T* from = (isKey ? k : q) + start;
    float a[N], b[N];
    turn(from, at, place, angles, 1, a, b);
    store(from + at, a);
    store(from + at + half, b);
    if (!isKey || !isThere) continue;
    store(keys + start + at, a);
    store(keys + start + at + half, b);
  }
  if (!isThere) return;
  for (int i = threadIdx.x * N; i < keyHeads * 2 * half; i += blockDim.x * N) {
    float value[N];
    load(v + i, value);
    store(values + i, value);
  }
}

template <class T>
__device__ void rememberTokens(T* q, T* k, const T* v, const int* places, T* keys, T* values, int capacity, int heads,
                               int keyHeads, const Angles& angles) {
  int place = places[blockIdx.x];
  long long width = keyHeads * 2ll * angles.half;
  q += blockIdx.x * (heads * 2ll * angles.half);
  k += blockIdx.x * width;
  v += blockIdx.x * width;
  bool isThere = unsigned(place) < unsigned(capacity);
  if (isThere) {
    keys += place * width;
    values += place * width;
  }
  bool vectorised = angles.half % 8 == 0 && aligned(q) && aligned(k) && aligned(v) && aligned(keys) &&
                    aligned(values) && aligned(angles.cosines) && aligned(angles.sines);
  if (vectorised) rememberToken<8>(q, k, v, keys, values, place, isThere, heads, keyHeads, angles);
  else rememberToken<1>(q, k, v, keys, values, place, isThere, heads, keyHeads, angles);
}

#define ENTRY(T, nameT)                                                                                            \
  extern "C" __global__ void remember_tokens_##nameT(T* q, T* k, const T* v, const int* places, T* keys, T* values, \
                                                     const float* cosines, const float* sines, int capacity,       \
                                                     int heads, int keyHeads, int half, int sequenceLength) {      \
    rememberTokens(q, k, v, places, keys, values, capacity, heads, keyHeads, {cosines, sines, half, sequenceLength}); \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
