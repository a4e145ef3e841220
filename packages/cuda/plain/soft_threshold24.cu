// packed = scale * S24(weights): in every group of four, t is the second smallest magnitude, the two largest become
// sign(a) * (|a| - t). Weights are rounded to bf16 first. One thread a metadata word. With `soft` 0, t is zero: the two
// largest stay as they are.
#include "group24.cuh"

__device__ __forceinline__ float shrink(float value, float threshold) {
  float magnitude = fabsf(value) - threshold;
  return magnitude == 0 ? 0 : value < 0 ? -magnitude : magnitude;
}

struct Thresholded {
  unsigned nibble;
  float first, second;
};

/** One group of four: the two kept values, scaled, and their nibble; zero in the places that complete it. */
__device__ __forceinline__ Thresholded threshold(const float (&w)[4], float scale, int soft) {
  int k0 = magnitudeKey(w[0]), k1 = magnitudeKey(w[1]), k2 = magnitudeKey(w[2]), k3 = magnitudeKey(w[3]);
  float t = soft ? __int_as_float(min(max(min(k0, k1), min(k2, k3)), min(max(k0, k1), max(k2, k3)))) : 0;
  unsigned largest = keepTwo(w), kept = 0;
  float values[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    values[i] = largest >> i & 1 ? shrink(w[i], t) : 0;
    kept |= unsigned(values[i] != 0) << i;
  }
  Thresholded result = {nibbleOf(kept), 0, 0};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    if (!(kept >> i & 1)) continue;
    if (i == (result.nibble & 3)) result.first = values[i] * scale;
    if (i == result.nibble >> 2) result.second = values[i] * scale;
  }
  return result;
}

/** Groups along columns, whole words: 16 columns of a row at once, read and written in vectors. */
template <class T>
__device__ unsigned thresholdRow(const T* weights, bf16* values, float scale, int soft) {
  unsigned nibbles = 0;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float w[8];
    load(weights + 8 * half, w);
    float kept[4];
#pragma unroll
    for (int group = 0; group < 2; group++) {
      float four[4];
#pragma unroll
      for (int i = 0; i < 4; i++) four[i] = rounded(w[4 * group + i]);
      Thresholded result = threshold(four, scale, soft);
      kept[2 * group] = result.first;
      kept[2 * group + 1] = result.second;
      nibbles |= result.nibble << (8 * half + 4 * group);
    }
    store(values + 4 * half, kept);
  }
  return nibbles;
}

/** One metadata word, element by element: any axis, any size. */
template <class T>
__device__ unsigned thresholdWord(const T* weights, const Packed& packed, const Word& word, float scale, int soft) {
  unsigned bits = 0;
#pragma unroll 1
  for (int i = 0; i < 8; i++) {
    int row = word.row + i / 4 * 8, column = word.column + i % 4 * 4;
    unsigned nibble = EMPTY;
    if (row < packed.m && column < packed.k) {
      float w[4];
#pragma unroll
      for (int j = 0; j < 4; j++) {
        long long at =
            packed.alongRows ? (column + j) * (long long)packed.m + row : row * (long long)packed.k + column + j;
        w[j] = rounded(toFloat(weights[at]));
      }
      Thresholded result = threshold(w, scale, soft);
      nibble = result.nibble;
      packed.value(row, column / 2) = fromFloat<bf16>(result.first);
      packed.value(row, column / 2 + 1) = fromFloat<bf16>(result.second);
    }
    bits |= nibble << (4 * i);
  }
  return bits;
}

template <class T>
__device__ void softThreshold24(const T* weights, const Packed& packed, float scale, int soft, int* flips) {
  int flipped = 0;
  bool whole =
      !packed.alongRows && packed.m % 16 == 0 && packed.k % 16 == 0 && aligned(weights) && aligned(packed.values);
  for (long long index = threadNumber(); index < packed.words(); index += threadCount()) {
    Word word(index, packed.m);
    unsigned before = packed.metadata[index], after;
    bool inside = word.row < packed.m && word.column < packed.k;
    if (whole && inside) {
      long long at = word.row * (long long)packed.k + word.column, below = at + 8 * (long long)packed.k;
      after = thresholdRow(weights + at, packed.values + at / 2, scale, soft) |
              thresholdRow(weights + below, packed.values + below / 2, scale, soft) << 16;
    } else {
      after = thresholdWord(weights, packed, word, scale, soft);
    }
    packed.metadata[index] = after;
    // A word that is padding alone may never have been written before.
    for (int i = 0; i < 32 && flips != nullptr && inside && before != after; i += 4) {
      flipped += __popc(placesOf(before >> i & 15) ^ placesOf(after >> i & 15));
    }
  }
  if (flips == nullptr) return;
  flipped = blockSum(flipped);
  if (threadIdx.x == 0 && flipped > 0) atomicAdd(flips, flipped);
}

extern "C" __global__ void soft_threshold24_f32(const float* weights, bf16* values, unsigned* metadata, int m, int k,
                                                int alongRows, float scale, int soft, int* flips) {
  softThreshold24(weights, {values, metadata, m, k, alongRows}, scale, soft, flips);
}
extern "C" __global__ void soft_threshold24_bf16(const bf16* weights, bf16* values, unsigned* metadata, int m, int k,
                                                 int alongRows, float scale, int soft, int* flips) {
  softThreshold24(weights, {values, metadata, m, k, alongRows}, scale, soft, flips);
}
