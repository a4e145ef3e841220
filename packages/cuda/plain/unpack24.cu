// The dense matrix of a packed one, for the products that no kernel of their own takes.
#include "group24.cuh"

extern "C" __global__ void unpack24(bf16* values, unsigned* metadata, int m, int k, int alongRows, const int* usedRows,
                                    bf16* out) {
  Packed packed = {values, metadata, m, k, alongRows};
  int limitM = m, limitK = k;
  if (usedRows != nullptr && alongRows) limitK = min(k, usedRows[0]);
  if (usedRows != nullptr && !alongRows) limitM = min(m, usedRows[0]);
  long long groups = m * (long long)(k / 4);
  for (long long index = threadNumber(); index < groups; index += threadCount()) {
    // The axis that is contiguous in the dense matrix runs fastest.
    int row = alongRows ? index % m : index / (k / 4);
    int group = alongRows ? index / m : index % (k / 4);
    if (row >= limitM || group * 4 >= limitK) continue;
    unsigned nibble = packed.nibble(row, group);
    bf16 first = packed.value(row, 2 * group), second = packed.value(row, 2 * group + 1);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      bf16 element = i == (nibble & 3) ? first : i == nibble >> 2 ? second : bf16{0};
      long long column = 4 * group + i;
      out[alongRows ? column * m + row : row * (long long)k + column] = element;
    }
  }
}
