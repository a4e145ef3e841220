// packed = scale * S24(weights): in every group of four, t is the second smallest magnitude, the two largest become
// sign(a) * (|a| - t). Weights are rounded to bf16 first. One thread a metadata word.
#include "_group24.cuh"

__device__ __forceinline__ float shrink(float value, float threshold) {
  float magnitude = fabsf(value) - threshold;
  return magnitude == 0 ? 0 : value < 0 ? -magnitude : magnitude;
}

template <class T>
__device__ void softThreshold24(const T* weights, const Packed& packed, float scale, int* flips) {
  int flipped = 0;
  for (long long index = threadNumber(); index < packed.words(); index += threadCount()) {
    Word word(index, packed.m);
    unsigned before = packed.metadata[index];
    unsigned after = packWord(packed, word, packed.m, packed.k, [&](int row, int group, float (&values)[4]) {
      float w[4];
      for (int i = 0; i < 4; i++) {
        long long column = 4 * group + i;
        w[i] = rounded(toFloat(weights[packed.alongRows ? column * packed.m + row : row * (long long)packed.k + column]));
      }
      int k0 = magnitudeKey(w[0]), k1 = magnitudeKey(w[1]), k2 = magnitudeKey(w[2]), k3 = magnitudeKey(w[3]);
      float t = __int_as_float(min(max(min(k0, k1), min(k2, k3)), min(max(k0, k1), max(k2, k3))));
      unsigned largest = keepTwo(w), kept = 0;
      for (int i = 0; i < 4; i++) {
        float value = largest >> i & 1 ? shrink(w[i], t) : 0;
        kept |= unsigned(value != 0) << i;
        values[i] = value * scale;
      }
      return kept;
    });
    packed.metadata[index] = after;
    for (int i = 0; i < 32 && flips != nullptr; i += 4) {
      flipped += __popc(placesOf(before >> i & 15) ^ placesOf(after >> i & 15));
    }
  }
  if (flips == nullptr) return;
  flipped = blockSum(flipped);
  if (threadIdx.x == 0 && flipped > 0) atomicAdd(flips, flipped);
}

extern "C" __global__ void soft_threshold24_f32(const float* weights, bf16* values, unsigned* metadata, int m, int k,
                                                int alongRows, float scale, int* flips) {
  softThreshold24(weights, {values, metadata, m, k, alongRows}, scale, flips);
}
extern "C" __global__ void soft_threshold24_bf16(const bf16* weights, bf16* values, unsigned* metadata, int m, int k,
                                                 int alongRows, float scale, int* flips) {
  softThreshold24(weights, {values, metadata, m, k, alongRows}, scale, flips);
}
