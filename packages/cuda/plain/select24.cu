// packed = the two largest magnitudes of every group of four, or without bias two of every four rows. One thread a metadata
// word.
#include "group24.cuh"

template <class T>
__device__ void select24(const T* x, const Packed& packed, const int* usedRows, const Draw& draw) {
  unsigned state = draw.state();
  int limitM = packed.m, limitK = packed.k;
  if (usedRows != nullptr && packed.alongRows) limitK = min(limitK, usedRows[0]);
  if (usedRows != nullptr && !packed.alongRows) limitM = min(limitM, usedRows[0]);
  for (long long index = threadNumber(); index < packed.words(); index += threadCount()) {
    Word word(index, packed.m);
    if (word.row >= limitM || word.column >= limitK) continue;
    packed.metadata[index] = packWord(packed, word, limitM, limitK, [&](int row, int group, float (&values)[4]) {
      for (int i = 0; i < 4; i++) {
        long long column = 4 * group + i;
        values[i] =
            rounded(toFloat(x[packed.alongRows ? column * packed.m + row : row * (long long)packed.k + column]));
      }
      return draw.step == nullptr ? keepTwo(values) : keepUnbiased(values, state, group, row);
    });
  }
}

extern "C" __global__ void select24_f32(const float* x, bf16* values, unsigned* metadata, int m, int k, int alongRows,
                                        const int* usedRows, const int* step, unsigned key) {
  select24(x, {values, metadata, m, k, alongRows}, usedRows, {key, step});
}
extern "C" __global__ void select24_bf16(const bf16* x, bf16* values, unsigned* metadata, int m, int k, int alongRows,
                                         const int* usedRows, const int* step, unsigned key) {
  select24(x, {values, metadata, m, k, alongRows}, usedRows, {key, step});
}
